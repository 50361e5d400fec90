import { execFile, spawn } from 'node:child_process';
import { promisify } from 'node:util';
import mqtt from 'mqtt';
import { eventually, within } from '../harness/eventually.ts';
import { isAlive, postmasterPid } from '../harness/processes.ts';
import { RawClient } from '../harness/raw-client.ts';
import { Product } from './product.ts';

const run = promisify(execFile);

let product: Product;
beforeAll(async () => {
  product = await Product.start();
}, 150_000);
afterAll(() => product.dispose());

test('it says where everything is, and how the first administrator logs in', () => {
  const { mqtt, http } = product.ports;
  expect(product.output).toContain(product.dashboardUrl);
  expect(product.output).toContain(`mqtt://127.0.0.1:${mqtt}`);
  expect(product.output).toContain(`http://127.0.0.1:${http}/api/docs`);
  expect(product.adminPassword.length).toBeGreaterThanOrEqual(16);
});

/** A command that it has printed. */
function printedCommand(name: string): string {
  const lines = product.output.split('\n').map((line) => line.trim());
  return lines.find((line) => line.startsWith(`${name} `))!;
}

test('the pair of commands that it prints works: what is published while the subscriber is away arrives when it returns', async () => {
  const subscribe = printedCommand('mosquitto_sub');
  // -E: ends when subscribed.
  await run('sh', ['-c', `${subscribe} -E`]);
  await run('sh', ['-c', printedCommand('mosquitto_pub')]);
  const { stdout } = await run('sh', ['-c', `${subscribe} -C 1`]);
  expect(stdout).toBe('home/door open\n');
});

test('the subscriber that it prints gets what is published while it is there', async () => {
  const subscriber = spawn('sh', ['-c', `exec ${printedCommand('mosquitto_sub')} -C 1`]);
  let received = '';
  subscriber.stdout.on('data', (chunk) => (received += chunk));
  await run('sh', ['-c', printedCommand('mosquitto_pub')]);
  await eventually('the message', () => received.includes('home/door open'));
});

test('a second start on the same data directory is told so in one line', async () => {
  const { exitCode, complaint } = await product.startAgain();
  expect(exitCode).toBe(1);
  expect(complaint.trim().split('\n')).toEqual([
    expect.stringMatching(
      new RegExp(
        `^The data directory ${product.dataDirectory} is in use by another Restante server \\(pid \\d+\\)\\.$`,
      ),
    ),
  ]);
}, 60_000);

test('Ctrl-C tells clients, and ends everything', async () => {
  const login = {
    host: '127.0.0.1',
    port: product.ports.mqtt,
    mqttUsername: 'demo:device',
    password: await product.demoPassword(),
  };
  const { client } = await RawClient.connect(login, { clientId: 'told', protocolVersion: 5 });
  const postgres = postmasterPid(product.dataDirectory)!;
  // As a page that somebody has open.
  const page = await mqtt.connectAsync(`${product.dashboardUrl.replace('http', 'ws')}/mqtt`, {
    ...{ clientId: 'a page', username: login.mqttUsername, password: login.password, reconnectPeriod: 0 },
  });
  // It is cut off, and may call that an error.
  page.on('error', () => undefined);
  const told = client.receive('disconnect');
  const exitCode = await within('the product ends', product.interrupt(), 20_000);
  expect((await told).reasonCode).toBe(0x8b);
  await client.closed();
  expect(exitCode).toBe(0);
  expect(isAlive(postgres)).toBe(false);
  await expect(fetch(product.dashboardUrl)).rejects.toThrow();
  await expect(fetch(`http://127.0.0.1:${product.ports.http}/healthz`)).rejects.toThrow();
}, 60_000);
