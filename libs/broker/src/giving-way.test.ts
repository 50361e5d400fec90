import { jest } from '@jest/globals';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import net from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { giveWay } from './giving-way.ts';

const PAIRS = 4;

/** Pairs of sockets that send a byte to and fro, as quickly as the event loop lets them. */
class Traffic {
  /** Bytes received, by all. */
  received = 0;
  private directory = '';
  private readonly sockets: net.Socket[] = [];
  private server: net.Server | null = null;

  /** @param most after so many bytes they are silent */
  async start(most: number): Promise<void> {
    this.directory = await mkdtemp(path.join(tmpdir(), 'restante-'));
    const address = path.join(this.directory, 'socket');
    const bounce = (socket: net.Socket) => {
      this.sockets.push(socket);
      socket.on('data', (bytes) => {
        if (++this.received < most) socket.write(bytes);
      });
    };
    this.server = net.createServer(bounce).listen(address);
    await once(this.server, 'listening');
    const clients = Array.from({ length: PAIRS }, () => net.connect(address));
    await Promise.all(clients.map((client) => once(client, 'connect')));
    for (const client of clients) bounce(client);
    for (const client of clients) client.write('.');
  }

  async stop(): Promise<void> {
    for (const socket of this.sockets) socket.destroy();
    this.server?.close();
    await rm(this.directory, { recursive: true });
  }
}

describe('giving way', () => {
  let traffic: Traffic;

  beforeEach(() => {
    traffic = new Traffic();
  });

  afterEach(async () => {
    jest.restoreAllMocks();
    await traffic.stop();
  });

  it('lets through all that comes', async () => {
    jest.spyOn(performance, 'now').mockReturnValue(0);
    await traffic.start(400);
    await giveWay();
    expect(traffic.received).toBeGreaterThanOrEqual(400);
  });

  it('goes on after a time where more and more comes', async () => {
    let time = 0;
    jest.spyOn(performance, 'now').mockImplementation(() => time++);
    await traffic.start(Infinity);
    await giveWay();
    expect(traffic.received).toBeGreaterThanOrEqual(PAIRS);
  });
});
