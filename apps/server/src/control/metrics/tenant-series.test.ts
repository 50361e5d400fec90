import type { TenantFigures } from '@restante/broker';
import { MAX_SHOWN_TENANTS, OTHER, TenantSeries } from './tenant-series.ts';

const SLUGS = new Map(Array.from({ length: 200 }, (_, id) => [id, `tenant-${id}`]));

/** A tenant that has published so many messages. */
function tenant(tenantId: number, messages: number): TenantFigures {
  const counters = {
    messagesInByQoS: Float64Array.of(messages, 0, 0),
    messagesOutByQoS: new Float64Array(3),
    bytesInByQoS: Float64Array.of(messages * 10, 0, 0),
    bytesOutByQoS: new Float64Array(3),
    dropped: new Map(),
    droppedMessages: 0,
    connects: 0,
  };
  return { tenantId, connections: 1, counters };
}

function receivedBy(series: TenantSeries): Record<string, number> {
  return Object.fromEntries(series.totals().map(([name, { received }]) => [name, received]));
}

test('the most active tenants have series of their own, all others one together', () => {
  const series = new TenantSeries();
  const messages = (id: number, times: number) => (id + 1) * times;
  const all = (times: number) => Array.from({ length: 100 }, (_, id) => tenant(id, messages(id, times)));
  series.update(all(1), SLUGS, 0);
  series.update(all(2), SLUGS, 15_000);
  const received = receivedBy(series);
  expect(Object.keys(received)).toHaveLength(MAX_SHOWN_TENANTS + 1);
  expect(received['tenant-99']).toBe(100);
  expect(received['tenant-0']).toBeUndefined();
  const sum = Object.values(received).reduce((total, one) => total + one);
  expect(sum).toBe(100 * 101);
  expect(series.labelOf(0)).toBe(OTHER);
});

test('a tenant that becomes active takes the place of the least active one, and no counter falls', () => {
  const series = new TenantSeries();
  const others = Array.from({ length: MAX_SHOWN_TENANTS }, (_, id) => tenant(id, 100 + id));
  series.update(others, SLUGS, 0);
  const quiet = tenant(150, 90);
  series.update([...others, quiet], SLUGS, 60_000);
  expect(series.labelOf(150)).toBe(OTHER);
  const before = receivedBy(series);
  series.update([...others, tenant(150, 5_090)], SLUGS, 120_000);
  expect(series.labelOf(150)).toBe('tenant-150');
  expect(series.labelOf(0)).toBe(OTHER);
  series.update([...others, tenant(150, 5_100)], SLUGS, 125_000);
  const after = receivedBy(series);
  expect(after['tenant-150']).toBe(10);
  for (const name of Object.keys(after).filter((name) => name in before))
    expect(after[name]).toBeGreaterThanOrEqual(before[name]);
});

test('what a deleted tenant had goes, and its place is free', () => {
  const series = new TenantSeries();
  series.update([tenant(1, 1), tenant(2, 1)], SLUGS, 0);
  series.update([tenant(2, 1)], SLUGS, 1_000);
  expect(Object.keys(receivedBy(series))).toEqual(['tenant-2', OTHER]);
});
