import type { EngineFigures, Histogram, TrafficCounts } from '@restante/broker';
import { statSync } from 'node:fs';
import { collectDefaultMetrics, Counter, Gauge, Registry } from 'prom-client';
import { VERSION } from '../../version.ts';
import type { Observed } from '../health/observed.ts';
import { DEPTH_BOUNDS, type SlowFigures } from './slow-figures.ts';
import { type Distribution, registerDistribution } from './snapshot-histogram.ts';
import { OTHER, type TenantSeries, type TenantTotals } from './tenant-series.ts';

/** What one scrape tells. */
export interface Scrape {
  engine: EngineFigures;
  /** null: not known yet. */
  slow: SlowFigures | null;
}

type Labels = Record<string, string>;
type Tell = (value: number, labels?: Labels) => void;

const PROTOCOLS: Record<number, string> = { 3: '3.1', 4: '3.1.1', 5: '5.0' };
/** Of prom-client's own: lists of every socket, which take long with many of them and tell nothing that is not told. */
const LISTS_OF_HANDLES = ['handles', 'handles_total', 'requests', 'requests_total'].map(
  (name) => `nodejs_active_${name}`,
);
const LISTS_OF_RESOURCES = ['nodejs_active_resources', 'nodejs_active_resources_total'];

/**
 * All metrics of a server, described once. Nothing is counted here: a scrape reads what the engine and the store count
 * anyway. Names follow https://prometheus.io/docs/practices/naming/.
 */
export class ServerMetrics {
  private readonly registry = new Registry();
  private scrape!: Scrape;

  constructor(
    private readonly observed: Observed,
    private readonly tenants: TenantSeries,
  ) {
    collectDefaultMetrics({ register: this.registry, eventLoopMonitoringPrecision: 20 });
    for (const name of [...LISTS_OF_HANDLES, ...LISTS_OF_RESOURCES]) this.registry.removeSingleMetric(name);
    this.countFilesQuickly();
    this.describeServer();
    this.describeDatabase();
    this.describeCommits();
    this.describeClients();
    this.describeTraffic();
    this.describeTenants();
  }

  get contentType(): string {
    return this.registry.contentType;
  }

  /** In Prometheus' text format. */
  text(scrape: Scrape): Promise<string> {
    this.scrape = scrape;
    return this.registry.metrics();
  }

  /** prom-client reads the names of all open files, one a client; Linux 6.2 and later tell their number at once. */
  private countFilesQuickly(): void {
    if (countOpenFiles() === 0) return;
    this.registry.removeSingleMetric('process_open_fds');
    this.gauge('process_open_fds', 'Number of open file descriptors.', [], (set) => set(countOpenFiles()));
  }

  private describeServer(): void {
    const { readiness, eventLoop } = this.observed;
    this.gauge('restante_build_info', 'Always 1; the version is a label', ['version'], (set) =>
      set(1, { version: VERSION }),
    );
    this.gauge('restante_ready', 'Durable messages are accepted (1) or not (0)', [], (set) =>
      set(readiness.isReady ? 1 : 0),
    );
    const help = 'How late the event loop was in the last ten to twenty seconds';
    this.gauge('restante_event_loop_delay_seconds', help, ['quantile'], (set) => {
      const { p99Ms, maxMs } = eventLoop.recent;
      set(p99Ms / 1_000, { quantile: '0.99' });
      set(maxMs / 1_000, { quantile: '1' });
    });
  }

  private describeDatabase(): void {
    const { database, pools } = this.observed;
    this.gauge('restante_database_up', 'PostgreSQL answered when last asked (1) or not (0)', [], (set) =>
      set(database.fault === null ? 1 : 0),
    );
    this.gauge('restante_database_answer_seconds', 'How long its last answer took', [], (set) => {
      if (database.answerMs !== null) set(database.answerMs / 1_000);
    });
    const describe = (name: string, help: string, key: 'sizeBytes' | 'connections' | 'maxConnections') =>
      this.gauge(name, help, [], (set) => {
        if (database.description !== null) set(database.description[key]);
      });
    describe('restante_database_size_bytes', 'Size of the database', 'sizeBytes');
    describe('restante_database_connections', 'Connections of all clients of PostgreSQL', 'connections');
    describe('restante_database_max_connections', 'Connections that it allows', 'maxConnections');
    this.gauge('restante_pool_connections', 'Connections of a pool', ['pool', 'state'], (set) => {
      for (const { pool, connections, inUse } of pools()) {
        set(inUse, { pool, state: 'in-use' });
        set(connections - inUse, { pool, state: 'idle' });
      }
    });
    this.gauge('restante_pool_waiting', 'Requests that wait for a connection', ['pool'], (set) => {
      for (const { pool, waiting } of pools()) set(waiting, { pool });
    });
    this.gauge('restante_pool_max_connections', 'Most connections of a pool', ['pool'], (set) => {
      for (const { pool, max } of pools()) set(max, { pool });
    });
  }

  private describeCommits(): void {
    this.distribution(
      'restante_commit_duration_seconds',
      'Time from when a batch was handed to PostgreSQL until it was durable',
      ({ engine }) => ofMilliseconds(engine.commits.durationsMs),
    );
    this.distribution(
      'restante_commit_messages',
      'Messages in a batch; 0: it was of other changes',
      ({ engine }) => engine.commits.sizes,
    );
    this.counter('restante_commit_failures_total', 'Tries to commit that failed', [], (add) =>
      add(this.scrape.engine.commits.failures),
    );
    this.counter(
      'restante_cancelled_messages_total',
      'Messages that all sessions had acknowledged before they were written, and never were',
      [],
      (add) => add(this.scrape.engine.commits.cancelled),
    );
    this.gauge(
      'restante_commit_under_way_seconds',
      'For how long the present batch is waited for',
      [],
      (set) => set(this.scrape.engine.commits.underWayMs / 1_000),
    );
    this.gauge('restante_backlog_messages', 'Messages accepted and not durable yet', [], (set) =>
      set(this.scrape.engine.backlog.messages),
    );
    this.gauge('restante_backlog_bytes', 'Their bytes', [], (set) => set(this.scrape.engine.backlog.bytes));
    this.gauge('restante_backlog_max_bytes', 'With more, publishers are not read from', [], (set) =>
      set(this.scrape.engine.backlog.maxBytes),
    );
  }

  private describeClients(): void {
    this.gauge('restante_connections', 'Clients that are connected', ['transport', 'protocol'], (set) => {
      for (const { transport, protocolVersion, count } of this.scrape.engine.connections)
        set(count, { transport, protocol: PROTOCOLS[protocolVersion] });
    });
    this.counter('restante_connects_total', 'Clients that were let in', [], (add) => {
      for (const { connects } of this.counters()) add(connects);
    });
    this.gauge('restante_sessions', 'Sessions by state', ['state'], (set) => {
      const { engine, slow } = this.scrape;
      set(
        engine.tenants.reduce((sum, { connections }) => sum + connections, 0),
        { state: 'online' },
      );
      if (slow !== null) set(sumOf(slow, 'offlineSessions'), { state: 'offline' });
    });
    const notKept = 'Events of sessions that were not kept, since too many waited to be written';
    this.counter('restante_session_events_dropped_total', notKept, [], (add) =>
      add(this.observed.sessionEvents.droppedEvents),
    );
    this.gauge('restante_queued_messages', 'Messages in all queues', [], (set) => {
      if (this.scrape.slow !== null) set(sumOf(this.scrape.slow, 'queuedMessages'));
    });
    this.gauge('restante_queued_bytes', 'Bytes in all queues', [], (set) => {
      if (this.scrape.slow !== null) set(sumOf(this.scrape.slow, 'queuedBytes'));
    });
    this.distribution(
      'restante_queue_depth_messages',
      'How deep the queues of sessions are now',
      ({ slow }) =>
        slow === null
          ? null
          : { bounds: DEPTH_BOUNDS, counts: slow.depths.sessions, sum: slow.depths.messages },
    );
    this.gauge('restante_figures_age_seconds', 'How old figures of sessions and queues are', [], (set) => {
      if (this.scrape.slow !== null) set((performance.now() - this.scrape.slow.at) / 1_000);
    });
  }

  private describeTraffic(): void {
    const labels = ['direction', 'qos'];
    this.counter('restante_messages_total', 'Messages by direction and QoS', labels, (add) => {
      for (const counters of this.counters()) {
        addByQoS(counters.messagesInByQoS, 'received', add);
        addByQoS(counters.messagesOutByQoS, 'sent', add);
      }
    });
    this.counter(
      'restante_message_bytes_total',
      'Bytes of topics, payloads and properties by direction and QoS',
      labels,
      (add) => {
        for (const counters of this.counters()) {
          addByQoS(counters.bytesInByQoS, 'received', add);
          addByQoS(counters.bytesOutByQoS, 'sent', add);
        }
      },
    );
    this.counter(
      'restante_dropped_messages_total',
      'Messages that were lost, by reason',
      ['reason'],
      (add) => {
        for (const { dropped } of this.counters())
          for (const [reason, count] of dropped) add(count, { reason });
      },
    );
  }

  private describeTenants(): void {
    const counter = (name: string, help: string, key: keyof TenantTotals) =>
      this.counter(name, `${help}, of the most active tenants and of all others`, ['tenant'], (add) => {
        for (const [tenant, totals] of this.tenants.totals()) add(totals[key], { tenant });
      });
    counter('restante_tenant_received_messages_total', 'Messages received', 'received');
    counter('restante_tenant_sent_messages_total', 'Messages sent', 'sent');
    counter('restante_tenant_received_bytes_total', 'Bytes received', 'receivedBytes');
    counter('restante_tenant_sent_bytes_total', 'Bytes sent', 'sentBytes');
    counter('restante_tenant_dropped_messages_total', 'Messages lost', 'dropped');
    this.gauge('restante_tenants', 'Tenants that the broker has to do with', [], (set) =>
      set(this.scrape.engine.tenants.length),
    );
    this.gauge('restante_tenant_connections', 'Clients that are connected', ['tenant'], (set) =>
      this.byTenant(set, ({ connections }) => connections),
    );
    this.gauge('restante_tenant_offline_sessions', 'Sessions without a client', ['tenant'], (set) =>
      this.byTenant(set, ({ tenantId }) => this.scrape.slow?.counts.get(tenantId)?.offlineSessions ?? 0),
    );
    this.gauge('restante_tenant_queued_messages', 'Messages in queues', ['tenant'], (set) =>
      this.byTenant(set, ({ tenantId }) => this.scrape.slow?.counts.get(tenantId)?.queuedMessages ?? 0),
    );
    this.gauge('restante_tenant_queued_bytes', 'Bytes in queues', ['tenant'], (set) =>
      this.byTenant(set, ({ tenantId }) => this.scrape.slow?.counts.get(tenantId)?.queuedBytes ?? 0),
    );
  }

  private byTenant(set: Tell, valueOf: (tenant: EngineFigures['tenants'][number]) => number): void {
    const values = new Map([[OTHER, 0]]);
    for (const tenant of this.scrape.engine.tenants) {
      const label = this.tenants.labelOf(tenant.tenantId);
      values.set(label, (values.get(label) ?? 0) + valueOf(tenant));
    }
    for (const [tenant, value] of values) set(value, { tenant });
  }

  private counters(): TrafficCounts[] {
    const { tenants, gone } = this.scrape.engine;
    return [gone, ...tenants.map(({ counters }) => counters)];
  }

  private gauge(name: string, help: string, labelNames: string[], collect: (set: Tell) => void): void {
    const gauge: Gauge = new Gauge({
      ...{ name, help, labelNames, registers: [this.registry] },
      collect: () => {
        gauge.reset();
        collect((value, labels = {}) => gauge.set(labels, value));
      },
    });
  }

  private counter(name: string, help: string, labelNames: string[], collect: (add: Tell) => void): void {
    const counter: Counter = new Counter({
      ...{ name, help, labelNames, registers: [this.registry] },
      collect: () => {
        counter.reset();
        collect((value, labels = {}) => counter.inc(labels, value));
      },
    });
  }

  private distribution(name: string, help: string, read: (scrape: Scrape) => Distribution | null): void {
    registerDistribution(this.registry, name, help, () => read(this.scrape));
  }
}

/** 0: this system does not tell. */
function countOpenFiles(): number {
  return statSync('/proc/self/fd', { throwIfNoEntry: false })?.size ?? 0;
}

function addByQoS(byQoS: Float64Array, direction: 'received' | 'sent', add: Tell): void {
  byQoS.forEach((count, qos) => add(count, { direction, qos: `${qos}` }));
}

function ofMilliseconds({ bounds, counts, sum }: Histogram): Distribution {
  return { bounds: bounds.map((ms) => ms / 1_000), counts, sum: sum / 1_000 };
}

function sumOf({ counts }: SlowFigures, key: 'offlineSessions' | 'queuedMessages' | 'queuedBytes'): number {
  return [...counts.values()].reduce((sum, count) => sum + count[key], 0);
}
