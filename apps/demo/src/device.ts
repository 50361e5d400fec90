import { setTimeout as pause } from 'node:timers/promises';
import mqtt, { type MqttClient } from 'mqtt';
import type { Habit, Range } from './habit.ts';

const CONNECT_TIMEOUT_MS = 10_000;
/** A server that is away is asked again after so long, a bit more each time. */
const RETRY_MS = 1_000;
const MAX_RETRY_MS = 10_000;
const KEEPALIVE_SECONDS = 30;
/** What the server has not acknowledged until then is not waited for. */
const LEAVE_TIMEOUT_MS = 2_000;
/** Publishes that may wait for their acknowledgement; beyond them the device holds its tongue. */
const MAX_UNACKNOWLEDGED = 20;

export interface Login {
  url: string;
  username: string;
  password: string;
}

/** What all devices did so far. */
export interface Tally {
  online: number;
  published: number;
  received: number;
  /** Connections that the server did not take, or not in time. */
  failed: number;
  lastFailure: string;
}

/** A device of the demo: a real client that comes, listens, publishes and goes, again and again until it is told to stop. */
export class Device {
  private readonly habit: Habit;
  private readonly login: Login;
  private readonly pace: number;
  private readonly tally: Tally;

  constructor(habit: Habit, login: Login, pace: number, tally: Tally) {
    this.habit = habit;
    this.login = login;
    this.pace = pace;
    this.tally = tally;
  }

  /** From `arrivalMs` on, until it is told to stop and has gone. */
  async live(signal: AbortSignal, arrivalMs: number): Promise<void> {
    await this.pause(arrivalMs, signal);
    let failures = 0;
    while (!signal.aborted) {
      const client = await this.connect();
      if (client === null) {
        await this.pause(Math.min(++failures * RETRY_MS, MAX_RETRY_MS), signal);
      } else {
        failures = 0;
        await this.visit(client, signal);
        await this.pause(this.between(this.habit.awaySeconds), signal);
      }
    }
  }

  /** null: the server did not take it. */
  private async connect(): Promise<MqttClient | null> {
    const { sessionExpirySeconds, will } = this.habit;
    const sessionExpiryInterval = Math.ceil(sessionExpirySeconds / this.pace);
    try {
      return await mqtt.connectAsync(
        this.login.url,
        {
          clientId: this.habit.clientId(),
          username: this.login.username,
          password: this.login.password,
          protocolVersion: 5,
          clean: sessionExpirySeconds === 0,
          keepalive: KEEPALIVE_SECONDS,
          connectTimeout: CONNECT_TIMEOUT_MS,
          reconnectPeriod: 0,
          resubscribe: false,
          properties: { sessionExpiryInterval },
          ...(will && { will: { ...will, payload: Buffer.from(will.payload) } }),
        },
        false,
      );
    } catch (error) {
      this.failed(error as Error);
      return null;
    }
  }

  /** Until its time is up, the connection ends or it is told to stop. */
  private async visit(client: MqttClient, signal: AbortSignal): Promise<void> {
    const visit = new AbortController();
    const ended = AbortSignal.any([signal, visit.signal]);
    client.on('close', () => visit.abort());
    client.on('error', (error) => this.failed(error));
    client.on('message', () => this.tally.received++);
    this.tally.online++;
    try {
      await this.subscribe(client);
      const publishing = this.publish(client, ended);
      await this.pause(this.between(this.habit.onlineSeconds), ended);
      visit.abort();
      await publishing;
    } finally {
      this.tally.online--;
      await this.leave(client, !signal.aborted && Math.random() < this.habit.lostShare);
    }
  }

  private async subscribe(client: MqttClient): Promise<void> {
    const filters = Object.entries(this.habit.subscriptions).map(
      ([filter, qos]) => [filter, { qos }] as const,
    );
    if (filters.length === 0) return;
    try {
      await client.subscribeAsync(Object.fromEntries(filters));
    } catch (error) {
      this.failed(error as Error);
    }
  }

  private async publish(client: MqttClient, ended: AbortSignal): Promise<void> {
    const { publishes } = this.habit;
    if (publishes === null) return;
    let unacknowledged = 0;
    for (;;) {
      await this.pause(this.between(publishes.everySeconds), ended);
      if (ended.aborted) return;
      if (unacknowledged >= MAX_UNACKNOWLEDGED) continue;
      const { topic, payload, qos, retain } = publishes.next();
      unacknowledged++;
      client.publish(topic, payload, { qos, retain }, (error) => {
        unacknowledged--;
        // One that was under way when the connection went is told here too: that is how devices are.
        if (!error) this.tally.published++;
      });
    }
  }

  /** A device that is lost says nothing, so that its will is published. */
  private async leave(client: MqttClient, isLost: boolean): Promise<void> {
    if (client.connected) {
      const closed = new Promise<void>((resolve) => client.once('close', resolve));
      if (isLost) client.stream.destroy();
      else client.end();
      // What does not close in time is cut off.
      const cut = setTimeout(() => client.stream.destroy(), LEAVE_TIMEOUT_MS);
      await closed;
      clearTimeout(cut);
    }
    client.end(true);
  }

  private between([least, most]: Range): number {
    return ((least + Math.random() * (most - least)) * 1_000) / this.pace;
  }

  /** Ends early when the signal comes. */
  private async pause(ms: number, signal: AbortSignal): Promise<void> {
    try {
      await pause(ms, undefined, { signal });
    } catch (error) {
      if (!signal.aborted) throw error;
    }
  }

  private failed(error: Error): void {
    this.tally.failed++;
    this.tally.lastFailure = error.message || String(error);
  }
}
