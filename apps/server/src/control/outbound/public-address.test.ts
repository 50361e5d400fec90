import { once } from 'node:events';
import http from 'node:http';
import type { AddressInfo } from 'node:net';
import { type Agent, request } from 'undici';
import { isPublicAddress, outboundAgent, PrivateAddressError, resolvePublic } from './public-address.ts';

test.each([
  ...['0.0.0.0', '10.1.2.3', '100.64.0.1', '127.0.0.1', '127.9.9.9', '169.254.169.254', '172.16.0.1'],
  ...['192.168.1.1', '192.0.2.1', '198.18.0.1', '224.0.0.1', '255.255.255.255', '240.0.0.1'],
  ...['::', '::1', '::ffff:127.0.0.1', '::ffff:8.8.8.8:1', '::127.0.0.1', '64:ff9b::7f00:1', '2002:7f00:1::'],
  ...['fe80::1', 'fe80::1%eth0', 'fec0::1', 'fc00::1', 'fd12::1', 'ff02::1', '2001:db8::1', '64:ff9b:1::1'],
  ...['2001::1', '', 'localhost', '0x7f.1', '2130706433'],
])('%s is not public', (address) => {
  expect(isPublicAddress(address)).toBe(false);
});

test.each(['8.8.8.8', '93.184.216.34', '2606:4700::1111', '::ffff:8.8.8.8'])('%s is public', (address) => {
  expect(isPublicAddress(address)).toBe(true);
});

test('a host of which one address is private is refused', async () => {
  const resolve = () =>
    Promise.resolve([
      { address: '8.8.8.8', family: 4 },
      { address: '10.0.0.1', family: 4 },
    ]);
  await expect(resolvePublic('both.example', resolve)).rejects.toThrow(PrivateAddressError);
  await expect(resolvePublic('[::1]')).rejects.toThrow(PrivateAddressError);
  await expect(resolvePublic('localhost')).rejects.toThrow(PrivateAddressError);
});

describe('a request', () => {
  const server = http.createServer((request, response) => {
    asked.push(request.headers.host ?? '');
    if (request.url === '/moved') response.writeHead(302, { location: '/' });
    response.end('hello');
  });
  const asked: string[] = [];
  const agents: Agent[] = [];
  let port: number;
  beforeAll(async () => {
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    ({ port } = server.address() as AddressInfo);
  });
  afterAll(async () => {
    await Promise.all(agents.map((agent) => agent.destroy()));
    server.close();
  });
  beforeEach(() => asked.splice(0));

  function agent(...given: Parameters<typeof outboundAgent>): Agent {
    const made = outboundAgent(...given);
    agents.push(made);
    return made;
  }

  test.each(['127.0.0.1', 'localhost', '[::ffff:127.0.0.1]', '2130706433', '0x7f000001', '127.1'])(
    'to %s reaches nobody',
    async (host) => {
      const going = request(`http://${host}:${port}/`, { dispatcher: agent(false) });
      await expect(going).rejects.toThrow(PrivateAddressError);
      expect(asked).toEqual([]);
    },
  );

  test('to a name that turns private between two look-ups reaches nobody', async () => {
    const answers = ['8.8.8.8', '127.0.0.1'];
    const resolve = () => Promise.resolve([{ address: answers.shift()!, family: 4 }]);
    await resolvePublic('rebound.example', resolve);
    const going = request(`http://rebound.example:${port}/`, { dispatcher: agent(false, resolve) });
    await expect(going).rejects.toThrow(PrivateAddressError);
    expect(asked).toEqual([]);
  });

  test('goes to the address that was found, under the name, and follows no redirect', async () => {
    let lookUps = 0;
    const resolve = () => {
      lookUps++;
      return Promise.resolve([{ address: '127.0.0.1', family: 4 }]);
    };
    const dispatcher = agent(true, resolve);
    const { statusCode, body } = await request(`http://keys.example:${port}/moved`, { dispatcher });
    expect(statusCode).toBe(302);
    expect(await body.text()).toBe('hello');
    expect(asked).toEqual([`keys.example:${port}`]);
    expect(lookUps).toBe(1);
  });
});
