import path from 'node:path';
import { readOptions, UsageError } from './options.ts';

test('without a word, everything is run', () => {
  const options = readOptions([])!;
  expect(options.brokers.map(({ name }) => name)).toEqual([
    'restante',
    'mosquitto',
    'mosquitto-persist',
    'aedes',
  ]);
  expect(new Set(options.scenarios.map(({ name }) => name))).toEqual(
    new Set([
      ...[
        'p2p',
        'p2p-websocket',
        'p2p-4-kib',
        'new-topics',
        'fanout',
        'fanin',
        'neighbour',
        'connect',
        'idle',
      ],
      ...['durable', 'offline', 'offline-shared-topic', 'latency', 'kill'],
    ]),
  );
  expect(options).toMatchObject({
    scale: 'quick',
    rounds: 5,
    protocol: 4,
    timeoutMs: 120_000,
    jsonFile: null,
  });
});

test('brokers and scenarios are chosen by name, a scenario with all its variants', () => {
  const options = readOptions([
    '--brokers',
    'aedes,restante',
    '--scenarios',
    'kill,offline',
    '--protocol',
    '5',
  ])!;
  expect(options.brokers.map(({ name }) => name)).toEqual(['restante', 'aedes']);
  expect(options.scenarios.map(({ name, variant }) => `${name} ${variant}`)).toEqual([
    'offline QoS 1',
    'offline QoS 2',
    'kill QoS 1',
  ]);
  expect(options.protocol).toBe(5);
});

test('files are where the command is given', () => {
  expect(readOptions(['--json', 'result.json', '--data', '/disk'])).toMatchObject({
    jsonFile: path.resolve('result.json'),
    dataDirectory: '/disk',
  });
});

test('--help is no run', () => {
  expect(readOptions(['--help'])).toBeNull();
});

test.each([
  ['--brokers', 'emqx'],
  ['--scenarios', 'p2p,everything'],
  ['--scale', 'huge'],
  ['--rounds', '0'],
  ['--threads', '1.5'],
  ['--timeout', 'long'],
  ['--protocol', '3.1'],
  ['--speed', '11'],
])('%s %s is refused with a sentence that names it', (option, value) => {
  expect(() => readOptions([option, value])).toThrow(UsageError);
  expect(() => readOptions([option, value])).toThrow(option);
});
