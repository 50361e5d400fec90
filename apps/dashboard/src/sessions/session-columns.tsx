import type { ReactNode } from 'react';
import { formatCount } from '@/format/numbers.ts';
import { formatExactTime } from '@/format/times.ts';
import { Ago, Ahead } from '@/interface/relative-time.tsx';
import type { LiveSession } from '@/live/live-session.ts';
import { NEVER_SECONDS } from './expiry.ts';
import { versionName } from './protocol.ts';
import { QueueDepth } from './queue-depth.tsx';
import type { Sort } from './session-filter.ts';
import { StateMark } from './state-mark.tsx';

export interface Column {
  name: string;
  /** A track of the grid. */
  width: string;
  sort?: Sort;
  isFigure?: boolean;
  cell: (session: LiveSession) => ReactNode;
  /** Shown on hover. */
  title?: (session: LiveSession) => string | undefined;
  look?: string;
}

/** Beside the client identifier, which is a link, and the sparkline, which has a past. */
export const COLUMNS: Column[] = [
  {
    name: 'Credential',
    width: 'minmax(64px,100px)',
    sort: 'username',
    look: 'cut font-mono text-quiet',
    cell: ({ username }) => username,
    title: ({ username }) => username,
  },
  {
    name: 'MQTT',
    width: '40px',
    look: 'text-quiet',
    cell: ({ protocolVersion }) => (protocolVersion === null ? '' : versionName(protocolVersion)),
  },
  {
    name: 'Address',
    width: 'minmax(76px,136px)',
    look: 'cut font-mono text-quiet',
    cell: ({ remoteAddress }) => remoteAddress ?? '',
    title: ({ remoteAddress }) => remoteAddress ?? undefined,
  },
  {
    name: 'Since',
    width: '76px',
    sort: 'since',
    isFigure: true,
    look: 'text-quiet',
    cell: ({ connectedAt, disconnectedAt }) => <Ago at={connectedAt ?? disconnectedAt} />,
    title: describeSince,
  },
  {
    name: 'Expires',
    width: '76px',
    sort: 'expires',
    isFigure: true,
    look: 'text-quiet',
    cell: Expiry,
    title: ({ expiresAt }) =>
      expiresAt === null ? undefined : formatExactTime(new Date(expiresAt).toISOString()),
  },
  {
    name: 'Queued messages',
    width: '144px',
    sort: 'queuedMessages',
    look: 'pl-3',
    cell: (session) => <QueueDepth {...session} />,
  },
];

export const LAST_COLUMNS: Column[] = [
  {
    name: 'In flight',
    width: '56px',
    sort: 'inflightMessages',
    isFigure: true,
    cell: ({ inflightMessages }) => formatCount(inflightMessages),
  },
  {
    name: 'Dropped',
    width: '60px',
    sort: 'droppedMessages',
    isFigure: true,
    cell: ({ droppedMessages }) => (
      <span className={droppedMessages > 0 ? 'text-warning' : 'text-quiet'}>
        {formatCount(droppedMessages)}
      </span>
    ),
  },
];

/** Tracks of the grid: selection, state, client identifier, {@link COLUMNS}, trend, {@link LAST_COLUMNS}. */
export const TRACKS = [
  ...['24px', '68px', 'minmax(132px,1fr)'],
  ...COLUMNS.map(({ width }) => width),
  '56px',
  ...LAST_COLUMNS.map(({ width }) => width),
].join(' ');

export function stateCell({ state, isOrphanSuspect }: LiveSession): ReactNode {
  return <StateMark state={state} isSuspect={isOrphanSuspect} />;
}

function describeSince({ connectedAt, disconnectedAt }: LiveSession): string | undefined {
  const at = connectedAt ?? disconnectedAt;
  if (at === null) return undefined;
  const exact = formatExactTime(new Date(at).toISOString());
  return connectedAt === null ? `Offline since ${exact}` : `Connected since ${exact}`;
}

function Expiry({ expiresAt, sessionExpirySeconds }: LiveSession) {
  if (expiresAt !== null) return <Ahead at={expiresAt} />;
  if (sessionExpirySeconds === NEVER_SECONDS) return 'never';
  return sessionExpirySeconds === 0 ? 'at its end' : '';
}
