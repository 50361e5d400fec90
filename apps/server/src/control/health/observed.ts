import type { Broker } from '@restante/broker';
import type { DatabaseWatch, PoolUse } from '@restante/store-postgres';
import type { Readiness } from '../../readiness.ts';
import type { SessionEventKeeper } from '../session-events/session-event-keeper.ts';
import type { EventLoopDelay } from './event-loop-delay.ts';

/** What of the server is watched, so that its operator knows how it does. */
export interface Observed {
  readiness: Readiness;
  broker: Pick<Broker, 'health' | 'figures'>;
  database: Pick<DatabaseWatch, 'fault' | 'answerMs' | 'description'>;
  /** Connections to PostgreSQL, by what they are for. */
  pools: () => PoolUse[];
  eventLoop: EventLoopDelay;
  sessionEvents: Pick<SessionEventKeeper, 'droppedEvents'>;
}
