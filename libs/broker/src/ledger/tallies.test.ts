import { type DropRecord } from './drop.ts';
import { Tallies } from './tallies.ts';

function aDrop(fields: Partial<DropRecord> = {}): DropRecord {
  return {
    ...{ tenantId: 1, at: 0, kind: 'dropped', clientId: 'c', topicFilter: 't/#', topic: 't/a' },
    ...{ reason: 'queue-full', messages: 1, bytes: 10 },
    ...fields,
  };
}

test('what is the same in all but number is one line, and bytes are known only when all of them are', () => {
  const tallies = new Tallies();
  tallies.add(aDrop());
  tallies.add(aDrop({ messages: 4, bytes: 5 }));
  tallies.add(aDrop({ topic: 't/b' }));
  tallies.add(aDrop({ bytes: null }));
  expect(tallies.toRecords()).toEqual([aDrop({ messages: 6, bytes: null }), aDrop({ topic: 't/b' })]);
});

test('however many topics and clients there are, the lines are bounded and no message is left out', () => {
  const tallies = new Tallies();
  const drops = 40_000;
  for (let index = 0; index < drops; index++)
    tallies.add(aDrop({ clientId: `client ${index}`, topic: `t/${index}` }));
  const lines = tallies.toRecords();
  expect(lines.length).toBeLessThanOrEqual(15_001);
  expect(lines.reduce((sum, { messages }) => sum + messages, 0)).toBe(drops);
});
