import { execFile, spawn } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';
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

/** The commands of the README, with the ports and the data directory of this start. */
async function readmeCommand(name: string): Promise<string> {
  const readme = await readFile(path.join(import.meta.dirname, '../../README.md'), 'utf8');
  const command = readme.split('\n').find((line) => line.startsWith(`${name} `))!;
  return command.replace('-p 1883', `-p ${product.ports.mqtt}`).replace('data/', `${product.dataDirectory}/`);
}

test("the README's pair of commands works: what is published while the subscriber is away arrives when it returns", async () => {
  const subscribe = await readmeCommand('mosquitto_sub');
  const publish = await readmeCommand('mosquitto_pub');
  // -E: ends when subscribed.
  await run('sh', ['-c', `${subscribe} -E`]);
  await run('sh', ['-c', publish]);
  const { stdout } = await run('sh', ['-c', `${subscribe} -C 1`]);
  expect(stdout).toBe('home/door open\n');
});

test("the README's subscriber gets what is published while it is there", async () => {
  const subscriber = spawn('sh', ['-c', `exec ${await readmeCommand('mosquitto_sub')} -C 1`]);
  let received = '';
  subscriber.stdout.on('data', (chunk) => (received += chunk));
  const publish = await readmeCommand('mosquitto_pub');
  await run('sh', ['-c', publish]);
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
  const told = client.receive('disconnect');
  const exitCode = await within('the product ends', product.interrupt(), 40_000);
  expect((await told).reasonCode).toBe(0x8b);
  await client.closed();
  expect(exitCode).toBe(0);
  expect(isAlive(postgres)).toBe(false);
  await expect(fetch(product.dashboardUrl)).rejects.toThrow();
  await expect(fetch(`http://127.0.0.1:${product.ports.http}/healthz`)).rejects.toThrow();
}, 60_000);
