import type { DropRecord } from './drop.ts';
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

test('of many topics of one client the first are told apart', () => {
  const tallies = new Tallies();
  for (let index = 0; index < 100; index++) tallies.add(aDrop({ topic: `t/${index % 50}` }));
  const lines = tallies.toRecords();
  expect(lines).toHaveLength(21);
  expect(lines.find(({ topic }) => topic === null)).toMatchObject({
    clientId: 'c',
    messages: 60,
    bytes: 600,
  });
});

test('however many topics and clients there are, the lines are bounded and no message is left out', () => {
  const tallies = new Tallies();
  const drops = 40_000;
  for (let index = 0; index < drops; index++)
    tallies.add(aDrop({ clientId: `client ${index}`, topic: `t/${index}` }));
  const lines = tallies.toRecords();
  expect(lines.length).toBe(15_001);
  expect(lines.reduce((sum, { messages }) => sum + messages, 0)).toBe(drops);
});
