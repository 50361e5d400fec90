import { flawsOf, rowsOf, tableText } from './report.ts';
import type { Run } from './rounds.ts';

const NOTHING_WRONG = { expected: 100, lost: 0, repeated: 0, outOfOrder: 0 };

function runOf(broker: string, value: number, facts: Partial<Run> = {}): Run {
  return {
    round: 1,
    broker,
    scenario: 'p2p',
    variant: 'QoS 1',
    measures: [{ name: '', unit: 'msg/s', value }],
    checks: NOTHING_WRONG,
    error: null,
    ...facts,
  };
}

const FAILED: Partial<Run> = { measures: [], checks: null, error: 'The broker closed the connection' };

test('a row has the medians, and what the first broker is to the others', () => {
  const runs = [
    ...[900, 300_000, 2_000].map((value) => runOf('restante', value)),
    ...[1_000, 1_000, 9_000].map((value) => runOf('mosquitto', value)),
    ...[50, 50].map((value) => runOf('aedes', value)),
  ];
  const brokers = ['restante', 'mosquitto', 'aedes'];
  expect(tableText(rowsOf(runs, brokers), brokers).split('\n')).toEqual([
    '                  restante  mosquitto  aedes  vs mosquitto  vs aedes',
    'p2p QoS 1  msg/s     2,000      1,000     50          2.0x       40x',
  ]);
});

test('a measure is named behind its scenario and, where there is one, its variant', () => {
  const measures = (name: string) => [{ name, unit: 'KB' as const, value: 4.567 }];
  const runs = [
    runOf('restante', 0, { scenario: 'idle', variant: '', measures: measures('memory of each') }),
    runOf('restante', 0, { scenario: 'connect', variant: '', measures: measures('') }),
    runOf('restante', 0, { scenario: 'latency', measures: measures('PUBACK p50') }),
  ];
  expect(
    tableText(rowsOf(runs, ['restante']), ['restante'])
      .split('\n')
      .slice(1),
  ).toEqual([
    'idle: memory of each       KB      4.57',
    'connect                    KB      4.57',
    'latency QoS 1: PUBACK p50  KB      4.57',
  ]);
});

test('a run that lost messages says so in the table', () => {
  const runs = [
    runOf('restante', 10),
    runOf('aedes', 20, { checks: { expected: 100, lost: 3, repeated: 1, outOfOrder: 2 } }),
    runOf('aedes', 20, { checks: { expected: 100, lost: 4, repeated: 0, outOfOrder: 0 } }),
  ];
  expect(tableText(rowsOf(runs, ['restante', 'aedes']), ['restante', 'aedes'])).toContain(
    '20 (7 lost, 1 repeated, 2 out of order)',
  );
});

test('so does one that failed, and it has no part in the median', () => {
  const runs = [runOf('restante', 10), runOf('restante', 0, FAILED), runOf('aedes', 0, FAILED)];
  const [{ cells }] = rowsOf(runs, ['restante', 'aedes']);
  expect(cells).toEqual([
    { broker: 'restante', median: 10, flaws: ['1 of 2 failed'] },
    { broker: 'aedes', median: null, flaws: ['1 of 1 failed'] },
  ]);
  expect(tableText(rowsOf(runs, ['restante', 'aedes']), ['restante', 'aedes'])).toContain(
    '- (1 of 1 failed)',
  );
});

test('what a killed broker lost is its result, not a flaw of the run', () => {
  const measures = [{ name: 'acknowledged, then lost', unit: '%' as const, value: 100 }];
  const killed = runOf('aedes', 0, {
    scenario: 'kill',
    measures,
    checks: { expected: 100, lost: 100, repeated: 0, outOfOrder: 0 },
  });
  expect(flawsOf([killed])).toEqual([]);
  expect(tableText(rowsOf([killed], ['aedes']), ['aedes'])).toContain('acknowledged, then lost  %  100.0');
});
