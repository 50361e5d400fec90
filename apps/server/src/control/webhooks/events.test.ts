import { toBody } from './events.ts';

test('a body stays small, whatever text came in', () => {
  const data = { topic: 'x'.repeat(60_000), username: `${'x'.repeat(1_023)}\u{1F600}`, quoted: '"\0' };
  const body = toBody('acme', { type: 'message.queued', at: 0, data });
  expect(body.length).toBeLessThan(3_000);
  const parsed = JSON.parse(body);
  expect(parsed).toMatchObject({
    ...{ type: 'message.queued', timestamp: '1970-01-01T00:00:00.000Z', tenant: 'acme' },
    data: { topic: 'x'.repeat(1_024), quoted: '"\0' },
  });
  expect(parsed.data.username.isWellFormed()).toBe(true);
});
