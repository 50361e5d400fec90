'use client';

import type { Session } from '@restante/api-client';
import { useQuery } from '@tanstack/react-query';
import Link from 'next/link';
import { formatCount } from '@/format/numbers.ts';
import { LoadState } from '@/interface/load-state.tsx';
import { RelativeTime } from '@/interface/relative-time.tsx';
import { sessionAddress } from './addresses.ts';
import { orphansQuery } from './orphans.ts';

/** The first of them. */
export function OrphanList({ tenant }: { tenant: string }) {
  const { data, error } = useQuery(orphansQuery(tenant));
  return (
    <LoadState
      label="Orphan suspects"
      data={data}
      error={error}
      isEmpty={({ items }) => items.length === 0}
      empty="No session looks like one."
      rows={4}
    >
      {({ items, next }) => (
        <>
          <div className="max-h-72 overflow-auto" tabIndex={0} role="region" aria-label="Orphan suspects">
            <table className="ledger min-w-[560px] table-fixed">
              <thead>
                <tr>
                  <th>Client identifier</th>
                  <th className="w-32">Credential</th>
                  <th className="figure w-28">Offline for</th>
                  <th className="figure w-28">Expires in</th>
                  <th className="figure w-24">Queued</th>
                </tr>
              </thead>
              <tbody>
                {items.map((session) => (
                  <Row key={session.clientId} tenant={tenant} session={session} />
                ))}
              </tbody>
            </table>
          </div>
          {next !== null && (
            <p className="mt-1 text-xs text-quiet">{`The first ${formatCount(items.length)} of them.`}</p>
          )}
        </>
      )}
    </LoadState>
  );
}

function Row({ tenant, session }: { tenant: string; session: Session }) {
  const { clientId, username, disconnectedAt, expiresAt, queuedMessages } = session;
  return (
    <tr data-testid={`orphan-row-${clientId}`}>
      <td className="font-mono" title={clientId}>
        <Link href={sessionAddress(tenant, clientId)} className="door">
          {clientId}
        </Link>
      </td>
      <td className="text-quiet">{username}</td>
      <td className="figure text-quiet">
        {disconnectedAt !== null && <RelativeTime iso={disconnectedAt} />}
      </td>
      <td className="figure text-quiet">{expiresAt === null ? 'never' : <RelativeTime iso={expiresAt} />}</td>
      <td className="figure">{formatCount(queuedMessages)}</td>
    </tr>
  );
}
