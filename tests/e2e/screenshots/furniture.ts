/** What an installation that has been lived in has, beside the devices of the demo. */
import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import type { APIRequestContext } from 'playwright-core';

const YEAR_MS = 365 * 86_400_000;

/** @param request logged in as the administrator */
export async function furnish(request: APIRequestContext): Promise<void> {
  const post = (at: string, data: object) => send(request, 'POST', at, data);
  for (const [slug, name] of [
    ['bakery', 'Bakery on the square'],
    ['harbour', 'Harbour'],
    ['observatory', 'Observatory'],
  ])
    await post('/tenants', { slug, name, quotas: { connections: 500, sessions: 1_000 } });
  await send(request, 'PATCH', '/tenants/demo', {
    name: 'Parcel lockers',
    quotas: { connections: 500, sessions: 500, queuedMessages: 100_000 },
  });

  const ofDemo = (at: string, data: object) => post(`/tenants/demo${at}`, data);
  await ofDemo('/policies', {
    name: 'vans',
    settings: { maxQueuedMessages: 200, overflow: 'drop-oldest', deadLetters: true, retentionSeconds: 3_600 },
  });
  await ofDemo('/policies', {
    name: 'displays',
    settings: { keepLastPerTopic: true, maxQueuedMessages: 50 },
  });
  await ofDemo('/roles', {
    name: 'lockers',
    rules: [
      { effect: 'allow', action: 'publish', topicFilter: 'lockers/%u/#', maxQoS: 1 },
      { effect: 'allow', action: 'subscribe', topicFilter: 'lockers/%u/commands/#' },
      { effect: 'deny', action: 'all', topicFilter: '#' },
    ],
  });
  for (const number of ['001', '002', '003'])
    await ofDemo('/credentials', {
      ...{ username: `locker-${number}`, label: `Locker at stop ${Number(number)}`, roles: ['lockers'] },
      clientId: { rule: 'exact', value: `locker-${number}` },
    });
  await ofDemo('/credentials', { username: 'van-1', label: 'Yellow van', policy: 'vans' });
  await ofDemo('/webhooks', {
    ...{ url: 'http://127.0.0.1:9/hooks/parcels', description: 'Dispatch', isEnabled: false },
    events: ['queue.full', 'client.disconnected'],
  });
  await ofDemo('/api-keys', {
    ...{ name: 'Nightly report', role: 'viewer' },
    expiresAt: new Date(Date.now() + YEAR_MS).toISOString(),
  });
  await ofDemo('/members', { email: 'ines@parcels.example', role: 'operator' });
  await ofDemo('/certificate-authorities', { name: 'factory', certificate: await authority() });
  await ofDemo('/token-issuers', {
    ...{ name: 'identity', issuer: 'https://login.parcels.example', audience: 'restante' },
    ...{ algorithms: ['HS256'], sharedKey: 'a key of a picture, and of nothing else' },
  });
}

async function send(request: APIRequestContext, method: string, at: string, data: object): Promise<void> {
  const answer = await request.fetch(`/api/v1${at}`, { method, data });
  if (!answer.ok()) throw new Error(`${method} ${at}: ${answer.status()} ${await answer.text()}`);
}

/** @returns the certificate of an authority whose key is thrown away, as PEM */
async function authority(): Promise<string> {
  const directory = await mkdtemp(path.join(tmpdir(), 'restante-authority-'));
  const [key, certificate] = ['key.pem', 'certificate.pem'].map((name) => path.join(directory, name));
  const subject = ['-nodes', '-days', '3650', '-subj', '/CN=Parcel lockers'];
  const uses = ['basicConstraints=critical,CA:TRUE', 'keyUsage=critical,keyCertSign,cRLSign'];
  try {
    await promisify(execFile)('openssl', [
      ...['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', ...subject],
      ...['-keyout', key, '-out', certificate],
      ...uses.flatMap((use) => ['-addext', use]),
    ]);
    return await readFile(certificate, 'utf8');
  } finally {
    await rm(directory, { recursive: true });
  }
}
