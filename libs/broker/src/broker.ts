import { ReasonCode } from '@restante/mqtt-codec';
import { Connection } from './connection/connection.ts';
import { logFieldsOf } from './connection/log-fields.ts';
import { Counters } from './counters.ts';
import { Pause } from './connection/intake.ts';
import type { Engine } from './engine.ts';
import { ConnectionCounts } from './figures/connection-counts.ts';
import type { EngineFigures } from './figures/engine-figures.ts';
import { GroupRead } from './journal/group-read.ts';
import type { Inspection } from './inspection/inspection.ts';
import { Inspector } from './inspection/inspector.ts';
import { Journal } from './journal/journal.ts';
import { LedgerKeeper } from './ledger/ledger-keeper.ts';
import { Namespace } from './namespace.ts';
import { Lookout } from './observation/lookout.ts';
import { PageReader } from './logs/page-reader.ts';
import type { Authenticator, Logger, Observer, Store, Tracer, Transport } from './ports.ts';
import { detachSession } from './sessions/session-end.ts';
import { SessionLoader } from './sessions/session-loader.ts';
import { Sweeper } from './sessions/sweeper.ts';
import { Turn } from './connection/turn.ts';

export interface BrokerOptions {
  store: Store;
  authenticator: Authenticator;
  log: Logger;
  /** Left out: nobody is told anything. */
  observer?: Observer;
  /** Left out: no message is followed. */
  tracer?: Tracer | null;
  /** Name and version, for `$SYS/broker/version`. */
  version: string;
  /** Told when the broker can go on no longer: another server owns the store, or a fault that no retry mends. */
  onFatal: (error: Error) => void;
}

export interface StopOptions {
  /** For all of it, in milliseconds. */
  deadlineMs: number;
  /** Where 5.0 clients are sent; null or left out: they are told that this server shuts down. */
  serverReference?: string | null;
}

/** Of the time to stop, for what clients are told before they are disconnected; the rest is for what comes of that. */
const SHARE_FOR_ANSWERS = 0.5;

const NOBODY: Observer = { happened: () => undefined };
const MAX_NEWEST_A_READ = 100;

/**
 * The engine: connections come in, everything else goes out through ports.
 *
 * `start` -> `accept` any number of times -> `stop`
 */
export class Broker {
  private readonly namespaces = new Map<number, Namespace>();
  private readonly connections = new Set<Connection>();
  private readonly engine: Engine;
  private readonly journal: Journal;
  private readonly keeper: LedgerKeeper;
  private readonly sweeper: Sweeper;
  private readonly lookout: Lookout;
  /** What happened in tenants that are gone. */
  private readonly gone = new Counters(Date.now());
  private silenceTimer: NodeJS.Timeout | null = null;
  private isStopping = false;

  /** The engine as the control plane sees it. */
  readonly inspection: Inspection;

  constructor(private readonly options: BrokerOptions) {
    const { store, authenticator, log, observer = NOBODY, tracer = null, version, onFatal } = options;
    this.journal = new Journal(store, log, onFatal);
    this.engine = {
      journal: this.journal,
      turn: new Turn(Date.now),
      pages: new PageReader(store, log),
      sessions: new SessionLoader(store),
      newest: new GroupRead((requests) => store.readNewest(requests), MAX_NEWEST_A_READ),
      authenticator,
      log,
      observer,
      tracer,
      connections: new ConnectionCounts(),
      about: { version, startedAt: Date.now() },
      now: Date.now,
      namespace: (tenantId) => this.namespace(tenantId),
      forgetNamespace: (tenantId) => this.forgetNamespace(tenantId),
    };
    const namespaces = () => this.namespaces.values();
    this.keeper = new LedgerKeeper(this.engine, store, namespaces);
    this.sweeper = new Sweeper(this.engine, store, this.keeper, namespaces);
    this.lookout = new Lookout(this.engine, store, namespaces);
    this.inspection = new Inspector(this.engine, store, () => this.connections, namespaces);
  }

  /** Takes the store over and recovers. Rejects when that is not possible; then nothing was accepted. */
  async start(): Promise<void> {
    const recovery = await this.options.store.open();
    this.journal.resumeAt(recovery.nextBatchNumber, recovery.next);
    for (const filter of recovery.filters) this.namespace(filter.tenantId).recover(filter);
    for (const guard of recovery.guards) this.namespace(guard.tenantId).guards.recover(guard);
    for (const { tenantId, message } of recovery.retained) this.namespace(tenantId).retained.set(message);
    for (const receipt of recovery.receipts) {
      const { receipts, logs } = this.namespace(receipt.tenantId);
      receipts.recover(receipt, (id) => logs.get(id));
    }
    this.sweeper.start();
    this.lookout.start();
    this.silenceTimer = setInterval(() => this.checkSilence(), 1_000);
    const { filters, retained } = recovery;
    this.engine.log.info(
      { durableFilters: filters.length, retainedMessages: retained.length },
      'The broker is ready',
    );
  }

  /** A new network connection. */
  accept(transport: Transport): void {
    if (this.isStopping) {
      transport.destroy();
      return;
    }
    this.connections.add(
      new Connection(this.engine, transport, (connection) => this.connectionClosed(connection)),
    );
  }

  /** Whether durable messages can be accepted now, and why not. */
  health(): { database: { ok: boolean; detail: string } } {
    const fault = this.journal.fault ?? this.sweeper.fault;
    return { database: { ok: fault === null, detail: fault === null ? 'reachable' : fault.message } };
  }

  /** How the engine does, and what has happened since its start. */
  figures(): EngineFigures {
    const { about, connections } = this.engine;
    return {
      startedAt: about.startedAt,
      commits: this.journal.figures,
      backlog: this.journal.backlog,
      connections: connections.list(),
      tenants: [...this.namespaces.values()].map(({ tenantId, connectionCount, counters }) => ({
        tenantId,
        connections: connectionCount,
        counters,
      })),
      gone: this.gone,
    };
  }

  /**
   * Reads no more, answers what was read, tells 5.0 clients (0x8B, 0x9C), closes every connection, writes what is left,
   * and lets the store go. Wills are published or become due as after connections that broke (MQTT 5.0 section 3.1.2.5).
   *
   * @throws Error when the database did not take everything within the deadline: nothing of that was acknowledged
   */
  async stop({ deadlineMs, serverReference = null }: StopOptions): Promise<void> {
    const end = Date.now() + deadlineMs;
    this.isStopping = true;
    this.sweeper.stop();
    this.lookout.stop();
    if (this.silenceTimer !== null) clearInterval(this.silenceTimer);
    for (const connection of this.connections) connection.pause(Pause.stop);
    await this.isWritten(this.journal.whenIdle(), deadlineMs * SHARE_FOR_ANSWERS);
    const { SERVER_SHUTTING_DOWN, USE_ANOTHER_SERVER } = ReasonCode;
    const code = serverReference === null ? SERVER_SHUTTING_DOWN : USE_ANOTHER_SERVER;
    const reference = serverReference === null ? {} : { serverReference };
    for (const connection of this.connections)
      connection.disconnect(code, 'The server is shutting down', reference);
    const isWritten = await this.isWritten(this.writeAll(), end - Date.now());
    this.journal.close();
    await this.options.store.close();
    if (!isWritten) throw new Error('The database did not take everything before the deadline');
  }

  /** Whether that was done in time; a server that may not write any more does not wait for it. */
  private isWritten(done: Promise<void>, ms: number): Promise<boolean> {
    if (this.journal.isClosed) return Promise.resolve(false);
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => resolve(false), Math.max(0, ms));
      done.then(() => resolve(true), reject).finally(() => clearTimeout(timer));
    });
  }

  /** What connections took with them is in the ledger too. */
  private async writeAll(): Promise<void> {
    await this.journal.whenIdle();
    this.keeper.flush();
    await this.journal.whenIdle();
  }

  private namespace(tenantId: number): Namespace {
    let namespace = this.namespaces.get(tenantId);
    if (namespace === undefined) {
      namespace = new Namespace(tenantId, this.engine);
      this.namespaces.set(tenantId, namespace);
    }
    return namespace;
  }

  private forgetNamespace(tenantId: number): void {
    const namespace = this.namespaces.get(tenantId);
    if (namespace === undefined) return;
    this.gone.add(namespace.counters);
    this.namespaces.delete(tenantId);
  }

  private connectionClosed(connection: Connection): void {
    this.connections.delete(connection);
    if (connection.isConfirmed) this.noteEnd(connection);
    const { session } = connection;
    if (session === null || session.connection !== connection) return;
    detachSession(session, this.engine.now());
    if (connection.isConfirmed) session.namespace.watch?.disconnected(connection, session);
  }

  private noteEnd(connection: Connection): void {
    const { kind, protocolVersion, end } = connection;
    this.engine.connections.add(kind, protocolVersion, -1);
    const { reasonCode, reason } = end;
    this.engine.log.debug({ ...logFieldsOf(connection), reasonCode, reason }, 'A connection has ended');
  }

  private checkSilence(): void {
    this.journal.figures.tick();
    const now = this.engine.now();
    for (const connection of this.connections) connection.checkSilence(now);
  }
}
