import type { Publisher } from './publisher.ts';
import type { Received, ReturningDevice } from './returning-device.ts';

/**
 * Every acknowledged message is there, in the order of its publisher; those of QoS 2 at QoS 2 once. Messages below
 * that may come again after a resend, but never for the first time after a later one [MQTT-4.6.0].
 */
export function expectComplete(
  device: Pick<ReturningDevice, 'name' | 'qos'>,
  messages: Received[],
  publishers: Publisher[],
): void {
  const numbers = new Map(publishers.map(({ name }) => [name, [] as number[]]));
  const unexpected: Received[] = [];
  for (const message of messages) {
    const [name, number] = message.payload.split(':');
    const known = message.topic === `crash/${name}` ? numbers.get(name) : undefined;
    if (known === undefined) unexpected.push(message);
    else known.push(Number(number));
  }
  expect(unexpected).toEqual([]);
  for (const { name, qos, progress } of publishers) {
    const received = numbers.get(name)!;
    const once = [...new Set(received)];
    const about = { device: device.name, publisher: name };
    expect({ ...about, ...firstDisorder(once) }).toEqual(about);
    expect({ ...about, distinct: once.length }).toEqual({ ...about, distinct: progress.released });
    if (qos === 2 && device.qos === 2)
      expect({ ...about, repeated: repeated(received) }).toEqual({ ...about, repeated: [] });
  }
}

function firstDisorder(numbers: number[]): { expected?: number; received?: number } {
  const at = numbers.findIndex((number, index) => number !== index + 1);
  return at === -1 ? {} : { expected: at + 1, received: numbers[at] };
}

function repeated(numbers: number[]): number[] {
  const seen = new Set<number>();
  return numbers.filter((number) => seen.size === seen.add(number).size);
}
