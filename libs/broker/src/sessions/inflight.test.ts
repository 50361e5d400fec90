import fc from 'fast-check';
import { Inflight, type InflightMessage } from './inflight.ts';

const AN_ENTRY = {
  state: 'publish-qos1',
  message: null,
  positions: [],
  retain: false,
  subscriptionIdentifiers: undefined,
} as const satisfies Omit<InflightMessage, 'packetIdentifier' | 'sendOrder' | 'positions'> & {
  positions: [];
};

const started = (inflight: Inflight) => inflight.start({ ...AN_ENTRY, positions: [] });
const identifiersOf = (inflight: Inflight) =>
  inflight.values().map(({ packetIdentifier }) => packetIdentifier);

const aStep = fc.oneof(
  { weight: 5, arbitrary: fc.record({ do: fc.constant('start' as const), with: fc.constant(0) }) },
  { weight: 4, arbitrary: fc.record({ do: fc.constant('delete' as const), with: fc.nat() }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('moveToEnd' as const), with: fc.nat() }) },
);

test('agrees with a list of the messages in the order of sending, whatever is acknowledged in whatever order', () => {
  fc.assert(
    fc.property(
      fc.uniqueArray(fc.integer({ min: 1, max: 65_535 }), { maxLength: 20 }),
      fc.array(aStep, { maxLength: 300, size: 'max' }),
      (restored, steps) => {
        const inflight = new Inflight();
        let model = restored.map((identifier) => inflight.restore(identifier, 'publish-qos1'));
        for (const step of steps) {
          const one = model[step.with % model.length];
          if (step.do === 'start') {
            model.push(started(inflight)!);
          } else if (one !== undefined) {
            if (step.do === 'delete') inflight.delete(one.packetIdentifier);
            else if (!inflight.moveToEnd(one)) expect(one).toBe(model.at(-1));
            model = model.filter((each) => each !== one);
            if (step.do === 'moveToEnd') model.push(one);
          }
          expect(inflight.size).toBe(model.length);
        }
        expect(identifiersOf(inflight)).toEqual(model.map(({ packetIdentifier }) => packetIdentifier));
        for (const each of model) expect(inflight.get(each.packetIdentifier)).toBe(each);
      },
    ),
  );
});

test('has room for every packet identifier, and for no more [MQTT-2.2.1-3]', () => {
  const inflight = new Inflight();
  for (let count = 0; count < 65_535; count++) started(inflight);
  expect(new Set(identifiersOf(inflight)).size).toBe(65_535);
  expect(started(inflight)).toBeUndefined();
  inflight.delete(7);
  expect(started(inflight)?.packetIdentifier).toBe(7);
});

test('one message that is never acknowledged does not make it grow', () => {
  const inflight = new Inflight();
  const stuck = started(inflight)!;
  for (let count = 0; count < 100_000; count++) inflight.delete(started(inflight)!.packetIdentifier);
  expect(inflight.get(stuck.packetIdentifier)).toBe(stuck);
  expect(inflight['places'].length).toBe(16);
});

test('nothing that is over can be moved to the end', () => {
  const inflight = new Inflight();
  const over = started(inflight)!;
  started(inflight);
  inflight.delete(over.packetIdentifier);
  expect(inflight.moveToEnd(over)).toBe(false);
});

test('one window knows nothing of another', () => {
  const [one, other] = [new Inflight(), new Inflight()];
  started(one);
  expect(other.get(1)).toBeUndefined();
  expect(started(other)?.packetIdentifier).toBe(1);
});
