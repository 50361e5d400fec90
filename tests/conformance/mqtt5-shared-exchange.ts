/** Steps that the tests of shared subscriptions (MQTT 5.0, section 4.8) share. */
import { puback, pubcomp, PUBLISH, pubrec, PUBREL } from './packets.ts';
import type { Peer } from './peer.ts';
import type { ReceivedPacket } from './received-packet.ts';

const LOST_MS = 5_000;

/**
 * What each of these clients gets and acknowledges, until all of them together have `count` messages and nothing else
 * is on its way. Fewer when they do not come.
 */
export async function collect(members: Peer[], count: number): Promise<ReceivedPacket[][]> {
  const found = members.map((): ReceivedPacket[] => []);
  let unreleased = 0;
  const end = Date.now() + LOST_MS;
  do await round();
  while (Date.now() < end && (found.flat().length < count || unreleased > 0));
  await round();
  return found;

  async function round(): Promise<void> {
    for (const [i, member] of members.entries()) {
      for (const next of await member.takeUntilPingAnswer()) {
        if (next.type === PUBREL) {
          unreleased--;
          member.send(pubcomp(next.packetIdentifier));
          continue;
        }
        if (next.type !== PUBLISH) throw new Error(`Not a PUBLISH but ${next.hex}`);
        found[i].push(next);
        if (next.qos === 1) member.send(puback(next.packetIdentifier));
        if (next.qos < 2) continue;
        unreleased++;
        member.send(pubrec(next.packetIdentifier));
      }
    }
  }
}

export const payloadsOf = (messages: ReceivedPacket[]) => messages.map(({ payload }) => payload);

/** Payloads that are numbers, ascending, whoever has them. */
export function sorted(found: ReceivedPacket[][]): string[] {
  return payloadsOf(found.flat()).sort((a, b) => Number(a) - Number(b));
}

/** 0, 1, 2 and so on as payloads. */
export const numbers = (count: number) => Array.from({ length: count }, (_, i) => `${i}`);
