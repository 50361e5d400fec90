import type { QoS } from '@restante/mqtt-codec';
import { PostgresStore } from '@restante/store-postgres';
import { SILENT } from '../../../tests/harness/silent-log.ts';
import { createTestDatabase, type TestDatabase } from '../../../tests/harness/test-database.ts';
import type { Authorize } from '../src/authentication.ts';
import { Broker } from '../src/broker.ts';
import { DEFAULT_POLICY, type Policy } from '../src/policy.ts';
import type { Authenticator } from '../src/ports.ts';
import { GatedStore } from './gated-store.ts';
import { RecordingObserver } from './recording-observer.ts';
import { type ConnectFields, TestClient } from './test-client.ts';

/**
 * The engine on a database of its own, without a network. Everybody may log in: a user name is a tenant's number, a
 * colon, and a name that may have a policy.
 */
export class TestBroker {
  broker!: Broker;
  store!: GatedStore;
  /** By user name; others have the default. */
  readonly policies = new Map<string, Policy>();
  /** Told only of what a test asks for with `inspection.observe`. */
  readonly observer = new RecordingObserver();
  /** By user name, what it may not do: `publish a/b` or `subscribe a/#`. Binds who is connected, too. */
  readonly refusals = new Map<string, Set<string>>();
  private readonly maxQoS = new Map<string, QoS>();
  /** What the broker said that it cannot go on after. */
  fatal: Error | null = null;

  private constructor(readonly database: TestDatabase) {}

  static async start(): Promise<TestBroker> {
    const started = new TestBroker(await createTestDatabase());
    await started.start();
    return started;
  }

  async start(): Promise<void> {
    const connectionString = this.database.url;
    this.store = new GatedStore(new PostgresStore({ connectionString, log: SILENT }));
    this.broker = new Broker({
      store: this.store,
      authenticator: this.authenticator,
      log: SILENT,
      observer: this.observer,
      version: 'Restante of the tests',
      onFatal: (error) => (this.fatal = error),
    });
    await this.broker.start();
  }

  /** As after `kill -9`, as far as the database can tell: what is not committed is lost. */
  async crash(): Promise<void> {
    this.store.isAway = true;
    this.store.release();
    // That not everything could be written is what a crash is.
    await this.broker.stop({ deadlineMs: 0 }).catch(() => undefined);
  }

  async restartAfterCrash(): Promise<void> {
    await this.crash();
    await this.start();
  }

  async restart(): Promise<void> {
    await this.broker.stop({ deadlineMs: 10_000 });
    await this.start();
  }

  async dispose(): Promise<void> {
    this.store.isAway = false;
    this.store.release();
    await this.broker.stop({ deadlineMs: 10_000 });
    await this.database.drop();
  }

  connect(clientId: string, fields?: ConnectFields) {
    return TestClient.connect(this.broker, clientId, fields);
  }

  /** Somebody who publishes, and of whom nothing is left afterwards. */
  transientPublisher(clientId = 'publisher') {
    return this.connect(clientId, { username: '1:publisher', cleanStart: true, properties: {} });
  }

  /** One after the other, all acknowledged. */
  async publish(...messages: [topic: string, payload: string][]): Promise<void> {
    const publisher = await this.transientPublisher();
    for (const [topic, payload] of messages) await publisher.publishAcknowledged(topic, payload);
    await publisher.disconnect();
  }

  begin(clientId: string, fields?: ConnectFields) {
    return TestClient.begin(this.broker, clientId, fields);
  }

  setPolicy(username: string, fields: Partial<Policy>): void {
    this.policies.set(username, { ...DEFAULT_POLICY, ...fields });
  }

  refuse(username: string, ...refusals: string[]): void {
    this.refusals.set(username, new Set(refusals));
  }

  /** Of subscriptions and what they bring. */
  limitQoS(username: string, maxQoS: QoS): void {
    this.maxQoS.set(username, maxQoS);
  }

  private readonly authenticator: Authenticator = {
    authenticate: ({ username = '' }) => {
      const [tenant, name] = username.split(':');
      const who = { tenantId: Number(tenant), tenantSlug: `tenant-${tenant}`, username: name };
      const identity = { ...who, policy: this.policyOf(name), authorize: this.authorizerOf(name) };
      return { accepted: true, identity };
    },
    enhanced: () => undefined,
    policyOf: (_tenantId, username) => this.policyOf(username),
    authorizerOf: (_tenantId, username) => this.authorizerOf(username),
  };

  private authorizerOf(username: string): Authorize {
    return (action, topic) => {
      if (this.refusals.get(username)?.has(`${action} ${topic}`)) return null;
      return { maxQoS: action === 'publish' ? 2 : (this.maxQoS.get(username) ?? 2), retain: true };
    };
  }

  private policyOf(username: string): Policy {
    return this.policies.get(username) ?? DEFAULT_POLICY;
  }
}
