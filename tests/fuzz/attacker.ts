import { once } from 'node:events';
import net from 'node:net';
import { mutateGently, mutateWildly } from './mutations.ts';
import { connect, type Login, packet, validPacket, type Version } from './packets.ts';
import type { Random } from './random.ts';

const BATCH = 120;
const BATCHES_A_CONNECTION = 20;
/** Of packets that may be told to be wrong: about one in sixty ends a connection. */
const WILD = 1 / 60;
const ANSWER_TIMEOUT_MS = 30_000;
const END_TIMEOUT_MS = 2_000;
const PINGRESP = 0xd0;

export interface Tally {
  /** Mutated packets that reached the parser: after one that might end the connection, none is counted. */
  packets: number;
  wild: number;
  connections: number;
}

/** One connection after the other, each as long as the broker bears it. */
export class Attacker {
  constructor(
    private readonly port: number,
    private readonly random: Random,
    private readonly login: Login,
    private readonly tally: Tally,
    /** What was sent last, to be shown when the broker fails. */
    private readonly remember: (bytes: Buffer) => void,
  ) {}

  async run(isOver: () => boolean): Promise<void> {
    while (!isOver()) await this.attack(isOver);
  }

  private async attack(isOver: () => boolean): Promise<void> {
    const { random, tally } = this;
    const socket = net.connect({ host: '127.0.0.1', port: this.port, noDelay: true });
    const answers = new Answers(socket);
    if (!(await answers.connected)) return;
    tally.connections++;
    const version: Version = random.chance(0.6) ? 5 : 4;
    const hello = connect(random, version, this.login);
    const isRude = random.chance(0.15);
    this.write(socket, isRude ? mutateWildly(random, hello) : hello);
    if (isRude) {
      tally.packets++;
      tally.wild++;
    }
    for (let batch = 0; batch < BATCHES_A_CONNECTION && !isRude && !isOver(); batch++) {
      if (!(await this.sendBatch(socket, answers, version))) break;
    }
    // Everything that was sent is read before the end is.
    socket.end();
    const timer = setTimeout(() => socket.destroy(), END_TIMEOUT_MS);
    await answers.closed;
    clearTimeout(timer);
  }

  /** @returns false when the connection is at its end */
  private async sendBatch(socket: net.Socket, answers: Answers, version: Version): Promise<boolean> {
    const { random, tally } = this;
    const packets: Buffer[] = [];
    let firstWild = BATCH;
    for (let index = 0; index < BATCH; index++) {
      const valid = validPacket(random, version);
      const isWild = random.chance(WILD);
      if (isWild && firstWild === BATCH) firstWild = index;
      packets.push(isWild ? mutateWildly(random, valid) : mutateGently(random, valid));
    }
    packets.push(packet(0xc0));
    const pings = packets.filter((each) => each[0] === 0xc0).length;
    this.write(socket, Buffer.concat(packets));
    tally.packets += Math.min(BATCH, firstWild + 1);
    if (firstWild === BATCH) return answers.pings(pings);
    // After a wild packet nobody knows where the next one begins.
    tally.wild++;
    return false;
  }

  private write(socket: net.Socket, bytes: Buffer): void {
    this.remember(bytes);
    const cuts = this.random.below(4);
    let from = 0;
    for (let cut = 0; cut < cuts && from < bytes.length; cut++) {
      const to = from + this.random.below(bytes.length - from);
      socket.write(bytes.subarray(from, to));
      from = to;
    }
    socket.write(bytes.subarray(from));
  }
}

/** What comes back: only answers to PINGREQ are counted. */
class Answers {
  readonly connected: Promise<boolean>;
  readonly closed: Promise<unknown>;
  private unread: Buffer = Buffer.alloc(0);
  private pingresps = 0;
  private isClosed = false;
  private onNews: () => void = () => undefined;

  constructor(socket: net.Socket) {
    this.connected = new Promise((resolve) => {
      socket.once('connect', () => resolve(true));
      socket.once('error', () => resolve(false));
    });
    this.closed = once(socket, 'close').catch(() => undefined);
    socket.on('error', () => undefined);
    socket.on('data', (chunk) => this.take(chunk));
    socket.on('close', () => {
      this.isClosed = true;
      this.onNews();
    });
  }

  /** Waits for as many PINGRESP; false: the connection ended first, or the broker is silent. */
  async pings(count: number): Promise<boolean> {
    const end = Date.now() + ANSWER_TIMEOUT_MS;
    this.pingresps = 0;
    while (this.pingresps < count) {
      if (this.isClosed || Date.now() > end) return false;
      await new Promise<void>((resolve) => {
        this.onNews = resolve;
        setTimeout(resolve, 1_000).unref();
      });
    }
    return true;
  }

  private take(chunk: Buffer): void {
    this.unread = this.unread.length === 0 ? chunk : Buffer.concat([this.unread, chunk]);
    let at = 0;
    for (;;) {
      let length = 0;
      let header = 1;
      let isWhole = false;
      while (at + header < this.unread.length && header <= 4) {
        const next = this.unread[at + header];
        length += (next & 0x7f) * 128 ** (header - 1);
        header++;
        if (next < 128) {
          isWhole = true;
          break;
        }
      }
      if (!isWhole || at + header + length > this.unread.length) break;
      if (this.unread[at] === PINGRESP) this.pingresps++;
      at += header + length;
    }
    this.unread = this.unread.subarray(at);
    this.onNews();
  }
}
