import { Broker } from '@restante/broker';
import {
  createControlPool,
  createPrisma,
  type EmbeddedPostgres,
  lockDataDirectory,
  migrate,
  Outbox,
  type PrismaClient,
  startEmbeddedPostgres,
} from '@restante/database';
import { DatabaseWatch, PostgresStore, useOf } from '@restante/store-postgres';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import type { Logger } from '@restante/broker';
import { rename, rm, writeFile } from 'node:fs/promises';
import type { RequestListener } from 'node:http';
import path from 'node:path';
import type { Config } from './config.ts';
import type { ControlPlaneParts } from './control/control.module.ts';
import { CertificateLogins } from './control/certificates/certificate-logins.ts';
import { CredentialActivity } from './control/credentials/credential-activity.ts';
import { CredentialDirectory } from './control/credentials/credential-directory.ts';
import { EventLoopDelay } from './control/health/event-loop-delay.ts';
import type { Observed } from './control/health/observed.ts';
import { ImportedPasswords } from './control/credentials/imported/imported-passwords.ts';
import { createHttp } from './control/http.ts';
import { applyQuotas } from './control/tenants/quotas.ts';
import { SqlPublisher } from './control/sql/sql-publisher.ts';
import { outboundAgent } from './control/outbound/public-address.ts';
import { createAuth } from './control/people/auth.ts';
import { SessionEventKeeper } from './control/session-events/session-event-keeper.ts';
import { Sealed } from './control/sealed.ts';
import { WatchedLogins } from './control/webhooks/watched-logins.ts';
import { WebhookNotifier } from './control/webhooks/webhook-notifier.ts';
import { TokenLogins } from './control/tokens/token-logins.ts';
import { ensureAdministrator, ensureDemo, type FirstAdministrator } from './first-run.ts';
import { Gate } from './listeners/gate.ts';
import { HttpListener, type Upgradable } from './listeners/http.ts';
import { TcpListener } from './listeners/tcp.ts';
import { TlsCertificate } from './listeners/tls-certificate.ts';
import { TlsListener } from './listeners/tls.ts';
import { WebSocketListener } from './listeners/websocket.ts';
import { Readiness } from './readiness.ts';
import { secretInFile } from './secrets.ts';
import type { Tracing } from './tracing/tracing.ts';
import { VERSION } from './version.ts';

const WEB_SOCKET_PATHS = ['/mqtt', '/graphql'];
/** Of what is left of the time to stop, for clients and what they wait for; the rest is for the database to end. */
const SHARE_FOR_CLIENTS = 0.75;

export interface Ports {
  mqtt: number;
  /** null: there is no certificate. */
  mqtts: number | null;
  http: number;
  /** null: there is no certificate. */
  https: number | null;
  /** null: the database is not ours. */
  postgres: number | null;
}

/** The whole server: what it starts it stops, in the opposite order. */
export class Server {
  private readonly stops: { name: string; stop: () => unknown }[] = [];
  private stopping: Promise<boolean> | null = null;
  private stopsBy = Infinity;
  private certificate: TlsCertificate | null = null;
  private readonly readiness = new Readiness();
  private readonly gate = new Gate(this.readiness);
  private httpListeners: HttpListener[] = [];
  firstAdministrator: FirstAdministrator | null = null;
  ports: Ports | null = null;

  constructor(
    private readonly config: Config,
    private readonly log: Logger,
    private readonly onFatal: (error: Error) => void,
  ) {}

  /** Rejects when something cannot be started; what was started before is stopped then. */
  async start(): Promise<Ports> {
    try {
      this.ports = await this.startParts();
      return this.ports;
    } catch (error) {
      await this.stop();
      throw error;
    }
  }

  private async startParts(): Promise<Ports> {
    const { config, log } = this;
    this.certificate = await this.loadCertificate();
    const lock = await lockDataDirectory(config.dataDirectory);
    this.whenStopping('data directory', () => lock.release());
    await rm(this.portsFile, { force: true });
    const httpPorts = await this.listenForHttp();

    const postgres = config.databaseUrl === null ? await this.startPostgres() : null;
    const databaseUrl = config.databaseUrl ?? postgres!.url;
    this.readiness.phase = 'migrating';
    const { applied } = await migrate(databaseUrl);
    if (applied.length > 0) log.info({ migrations: applied }, 'The database was migrated');

    this.readiness.phase = 'recovering';
    const controlPool = createControlPool(databaseUrl);
    const prisma = createPrisma(controlPool);
    this.whenStopping('control plane connections', () => prisma.$disconnect());
    this.firstAdministrator = await ensureAdministrator(prisma, config);
    await ensureDemo(prisma, config);

    const secret = await secretInFile(path.join(config.dataDirectory, 'login-secret'));
    const tokenKeys = new Sealed(secret, 'token issuer');
    const credentials = await this.startCredentials(prisma, secret, tokenKeys);
    const store = new PostgresStore({
      connectionString: databaseUrl,
      log,
      isOnThisMachine: postgres !== null,
    });
    const version = `Restante ${VERSION}`;
    const tracing = config.traceRatio === 0 ? null : await this.startTracing();
    const sessionEvents = new SessionEventKeeper(prisma, log);
    const broker: Broker = new Broker({
      store,
      authenticator: new WatchedLogins(credentials, (slug, failure) => webhooks.loginFailed(slug, failure)),
      observer: {
        always: sessionEvents.always,
        happened: (tenantId, occurrence) => {
          sessionEvents.happened(tenantId, occurrence);
          webhooks.happened(tenantId, occurrence);
        },
      },
      tracer: tracing?.tracer ?? null,
      log,
      version,
      onFatal: this.onFatal,
    });
    const { inspection } = broker;
    const agent = outboundAgent(config.allowPrivateAddresses);
    const webhooks = new WebhookNotifier({ prisma, inspection, secret, agent, log });
    await webhooks.load();
    // Before the broker, which ends connections when it stops: that is told too.
    this.whenStopping('webhooks', () => webhooks.stop());
    this.whenStopping('events of sessions', () => sessionEvents.stop());
    await broker.start();
    this.whenStopping('broker', () => this.stopBroker(broker));
    webhooks.start();
    sessionEvents.start();
    await applyQuotas(prisma, broker.inspection);

    const pools = () => [...store.pools, useOf('control', controlPool)];
    const observed = await this.observe({ broker, pools, sessionEvents }, databaseUrl);

    const sqlPublisher = new SqlPublisher(new Outbox(databaseUrl), broker.inspection, log);
    this.whenStopping('outbox', () => sqlPublisher.stop());

    await this.startControlPlane(broker, {
      ...{ prisma, credentials, webhooks, sessionEvents, secret, tokenKeys, observed },
    });
    const ports = {
      ...httpPorts,
      ...(await this.startMqtt(broker, credentials)),
      postgres: postgres?.port ?? null,
    };
    await this.announce(ports);
    this.readiness.phase = 'serving';
    return ports;
  }

  private stopBroker(broker: Broker): Promise<void> {
    const { serverReference } = this.config;
    return broker.stop({ deadlineMs: (this.stopsBy - Date.now()) * SHARE_FOR_CLIENTS, serverReference });
  }

  private async startCredentials(
    prisma: PrismaClient,
    secret: string,
    tokenKeys: Sealed,
  ): Promise<CredentialDirectory> {
    const { config, log } = this;
    const activity = new CredentialActivity(prisma, log);
    this.whenStopping('use of credentials', () => activity.stop());
    const agent = outboundAgent(config.allowPrivateAddresses);
    this.whenStopping('requests for keys', () => agent.destroy());
    const certificates = new CertificateLogins(prisma);
    const tokens = new TokenLogins(prisma, tokenKeys, agent, log);
    const { baseDomain } = config;
    const imported = new ImportedPasswords(prisma, secret, log);
    const credentials = new CredentialDirectory(prisma, activity, baseDomain, certificates, tokens, imported);
    await credentials.start();
    return credentials;
  }

  /** Only who traces loads OpenTelemetry. */
  private async startTracing(): Promise<Tracing> {
    const { startTracing } = await import('./tracing/tracing.ts');
    const tracing = startTracing(this.config.traceRatio, this.log);
    this.whenStopping('traces', () => tracing.stop());
    return tracing;
  }

  private async startPostgres(): Promise<EmbeddedPostgres> {
    const postgres = await startEmbeddedPostgres({ directory: this.config.dataDirectory, log: this.log });
    this.whenStopping('PostgreSQL', () => postgres.stop());
    return postgres;
  }

  /** null: nothing is served over TLS. */
  private async loadCertificate(): Promise<TlsCertificate | null> {
    if (this.config.tls === null) return null;
    const certificate = await TlsCertificate.load(this.config.tls, this.log);
    this.whenStopping('TLS certificate', () => certificate.close());
    return certificate;
  }

  /** Looks now, and not in some seconds, whether the certificate's files have changed. */
  async reloadCertificate(): Promise<void> {
    await this.certificate?.reload();
  }

  /** How the server does is watched from here on. */
  private async observe(
    parts: Pick<Observed, 'broker' | 'pools' | 'sessionEvents'>,
    databaseUrl: string,
  ): Promise<Observed> {
    const { log, readiness } = this;
    const database = new DatabaseWatch(databaseUrl, log);
    this.whenStopping('watch of the database', () => database.stop());
    await database.start();
    const eventLoop = new EventLoopDelay();
    this.whenStopping('watch of the event loop', () => eventLoop.stop());
    eventLoop.start();
    readiness.watchDatabase(() => {
      const check = parts.broker.health().database;
      const { fault } = database;
      return check.ok && fault !== null ? { ok: false, detail: fault.message } : check;
    });
    return { ...parts, readiness, database, eventLoop };
  }

  /** Before all else: whoever asks is told that the server is alive, and what it is waiting for. */
  private async listenForHttp(): Promise<Pick<Ports, 'http' | 'https'>> {
    const { config, certificate, gate } = this;
    const webSockets = new Map(WEB_SOCKET_PATHS.map((path) => [path, gate.at(path)]));
    const http = new HttpListener(gate.handle, webSockets, null);
    const asks = config.httpsClientCertificates;
    const https = certificate && new HttpListener(gate.handle, webSockets, certificate, asks);
    this.httpListeners = https === null ? [http] : [http, https];
    return {
      http: await this.listen('HTTP', http, config.httpPort),
      https: https && (await this.listen('HTTPS', https, config.httpsPort)),
    };
  }

  private async startControlPlane(
    broker: Broker,
    given: Pick<
      ControlPlaneParts,
      'prisma' | 'credentials' | 'webhooks' | 'sessionEvents' | 'secret' | 'tokenKeys' | 'observed'
    >,
  ): Promise<void> {
    const { config, log } = this;
    const { adminApiKey, metricsToken, requestsAMinute, trustedProxies, allowPrivateAddresses } = config;
    const parts = {
      ...given,
      inspection: broker.inspection,
      auth: createAuth(given.prisma, given.secret),
      ...{ adminApiKey, metricsToken, requestsAMinute, trustedProxies, allowPrivateAddresses },
    };
    const { app, subscriptions } = await createHttp(parts, log);
    this.whenStopping('control plane', () => app.close());
    this.whenStopping('subscriptions', () => subscriptions.close());
    const handle = await requestListener(app);
    const webSockets = new Map<string, Upgradable>([
      ['/mqtt', new WebSocketListener(broker)],
      ['/graphql', subscriptions],
    ]);
    this.gate.open(handle, webSockets);
    this.whenStopping('requests under way', async () => {
      this.gate.close();
      await Promise.all(this.httpListeners.map((listener) => listener.settle()));
    });
  }

  private async startMqtt(
    broker: Broker,
    credentials: CredentialDirectory,
  ): Promise<Pick<Ports, 'mqtt' | 'mqtts'>> {
    const { config, certificate } = this;
    const options = { proxyProtocol: config.proxyProtocol, log: this.log };
    const mqtt = new TcpListener(broker, options);
    const asksForCertificate = () => credentials.asksForCertificates;
    const mqtts = certificate && new TlsListener(broker, certificate, { ...options, asksForCertificate });
    return {
      mqtt: await this.listen('MQTT', mqtt, config.mqttPort),
      mqtts: mqtts && (await this.listen('MQTT over TLS', mqtts, config.mqttsPort)),
    };
  }

  private listen(name: string, listener: HttpListener | TcpListener, port: number): Promise<number> {
    this.whenStopping(`${name} listener`, () => listener.close());
    return listener.listen(this.config.host, port);
  }

  /** One line each, and the file that other programs read. */
  private async announce(ports: Ports): Promise<void> {
    for (const [name, port] of Object.entries(ports))
      if (port !== null) this.log.info({ name, port, host: this.config.host }, 'listening');
    await writeFile(`${this.portsFile}.new`, `${JSON.stringify(ports)}\n`);
    await rename(`${this.portsFile}.new`, this.portsFile);
    this.whenStopping('ports file', () => rm(this.portsFile, { force: true }));
  }

  private get portsFile(): string {
    return path.join(this.config.dataDirectory, 'ports.json');
  }

  private whenStopping(name: string, stop: () => unknown): void {
    this.stops.unshift({ name, stop });
  }

  /**
   * Tells clients, flushes, and ends everything that was started. A part that fails to stop does not keep the others.
   *
   * @returns whether all of it ended as it should
   */
  stop(): Promise<boolean> {
    this.readiness.phase = 'stopping';
    this.stopsBy = Math.min(this.stopsBy, Date.now() + this.config.shutdownMs);
    this.stopping ??= this.stopParts();
    return this.stopping;
  }

  private async stopParts(): Promise<boolean> {
    let isClean = true;
    for (const { name, stop } of this.stops) {
      try {
        await stop();
      } catch (error) {
        isClean = false;
        this.log.error(
          { part: name, error: (error as Error).message },
          'A part of the server did not stop cleanly',
        );
      }
    }
    return isClean;
  }
}

/** What answers a request, for servers of our own: Nest's would wait for WebSockets when it is closed. */
async function requestListener(app: NestFastifyApplication): Promise<RequestListener> {
  await app.init();
  const fastify = app.getHttpAdapter().getInstance();
  await fastify.ready();
  return (request, response) => fastify.routing(request, response);
}
