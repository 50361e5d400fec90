import { createLiveClient, type LiveClient, type Subscriptions } from '@restante/api-client';
import { type RunningServer, startServer } from '../../apps/server/testing/running-server.ts';
import { SwitchingProxy } from '../harness/switching-proxy.ts';

/** The client that applications have, and the server's subscriptions: each knows what the other means. */

const KEY = 'the-key-of-the-tests';
let server: RunningServer;
beforeAll(async () => {
  server = await startServer();
  await server.api('POST', '/tenants', { slug: 'acme' });
  const { body } = await server.api('POST', '/tenants/acme/credentials', { username: 'device' });
  const client = await server.connect(body.mqttUsername, body.password, { clientId: 'device', clean: false });
  await client.subscribeAsync('a', { qos: 1 });
});
afterAll(() => server.stop());

/** What comes, one after the other; an end is an error. */
function watch<Name extends keyof Subscriptions>(
  live: LiveClient,
  name: Name,
  given: Subscriptions[Name]['arguments'],
) {
  const values: (Subscriptions[Name]['answer'] | null)[] = [];
  let failure: Error | null = null;
  let onNews = () => undefined as void;
  const stop = live.watch(name, given, {
    onValue: (value) => {
      values.push(value);
      onNews();
    },
    onEnd: (error) => {
      failure = error;
      onNews();
    },
  });
  const next = async () => {
    while (values.length === 0) {
      if (failure !== null) throw failure;
      await new Promise<void>((resolve) => (onNews = resolve));
    }
    return values.shift()!;
  };
  return { next, stop };
}

test('every subscription is told, with all its fields', async () => {
  const live = createLiveClient({ baseUrl: `http://127.0.0.1:${server.ports.http}`, apiKey: KEY });
  const session = { tenant: 'acme', clientId: 'device' };
  expect(await watch(live, 'overview', { tenant: 'acme' }).next()).toMatchObject({ onlineSessions: 1 });
  expect(await watch(live, 'session', session).next()).toMatchObject({ clientId: 'device', state: 'online' });
  expect(await watch(live, 'sessions', { tenant: 'acme' }).next()).toMatchObject({
    isReset: true,
    sessions: [{ clientId: 'device' }],
  });
  expect(await watch(live, 'queue', { ...session, limit: 1 }).next()).toMatchObject({
    items: [],
    next: null,
  });
  const messages = watch(live, 'messages', { tenant: 'acme', topicFilter: '#' });
  expect(await messages.next()).toEqual({ messages: [], skippedMessages: 0 });
  await server.api('POST', '/tenants/acme/messages', { topic: 'b', payload: 'x' });
  expect(await messages.next()).toMatchObject({ messages: [{ topic: 'b', payload: 'x' }] });
  live.close();
});

test('what is refused is told as the problem that it is', async () => {
  const baseUrl = `http://127.0.0.1:${server.ports.http}`;
  const live = createLiveClient({ baseUrl, apiKey: KEY });
  await expect(watch(live, 'overview', { tenant: 'nowhere' }).next()).rejects.toMatchObject({
    ...{ name: 'ApiProblem', status: 404, code: 'tenant-not-found' },
  });
  live.close();
  const unknown = createLiveClient({ baseUrl, apiKey: 'wrong' });
  await expect(watch(unknown, 'overview', { tenant: 'acme' }).next()).rejects.toMatchObject({
    ...{ name: 'ApiProblem', status: 401, code: 'not-authenticated' },
  });
});

test('a connection that breaks is made anew, and what is watched begins again', async () => {
  const proxy = await SwitchingProxy.start(server.ports.http);
  const connections: boolean[] = [];
  const live = createLiveClient({
    baseUrl: `http://127.0.0.1:${proxy.port}`,
    apiKey: KEY,
    onConnection: (isThere) => connections.push(isThere),
  });
  const { next } = watch(live, 'sessions', { tenant: 'acme' });
  expect(await next()).toMatchObject({ isReset: true });
  proxy.switchTo(server.ports.http);
  expect(await next()).toMatchObject({ isReset: true, sessions: [{ clientId: 'device' }] });
  expect(connections).toEqual([true, false, true]);
  live.close();
  await proxy.stop();
});
