import type { ProtocolVersion } from '@restante/mqtt-codec';
import type { TransportKind } from '../ports.ts';
import type { ConnectionCount } from './engine-figures.ts';

/** Counts clients by how they are connected, from CONNACK to the end of the connection. */
export class ConnectionCounts {
  private readonly counts = new Map<string, ConnectionCount>();

  private last = 0;

  /** For a new connection, to tell it from others. */
  nextNumber(): number {
    return ++this.last;
  }

  add(transport: TransportKind, protocolVersion: ProtocolVersion, change: 1 | -1): void {
    const key = `${transport} ${protocolVersion}`;
    const present = this.counts.get(key);
    if (present === undefined) this.counts.set(key, { transport, protocolVersion, count: change });
    else present.count += change;
  }

  /** Those kinds that have been there. */
  list(): ConnectionCount[] {
    return [...this.counts.values()].map((one) => ({ ...one }));
  }
}
