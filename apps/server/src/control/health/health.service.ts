import { Inject, Injectable } from '@nestjs/common';
import { VERSION } from '../../version.ts';
import type { Caller } from '../access.ts';
import { OBSERVED } from '../providers.ts';
import { TenantsAccess } from '../tenants/tenants-access.ts';
import type { DatabaseHealth, HealthView } from './health.dto.ts';
import type { Observed } from './observed.ts';
import { problemsOf } from './problems.ts';

/** How the server does, for the platform's administrators. Told from memory, also while the database is away. */
@Injectable()
export class HealthService {
  constructor(
    @Inject(OBSERVED) private readonly observed: Observed,
    @Inject(TenantsAccess) private readonly access: TenantsAccess,
  ) {}

  ofPlatform(caller: Caller): HealthView {
    this.access.permit(caller, 'platform:manage');
    const { broker, eventLoop } = this.observed;
    const { startedAt, commits, backlog, connections } = broker.figures();
    const { durationsMs, sizes, underWayMs, failures } = commits;
    const health = {
      version: VERSION,
      startedAt: new Date(startedAt).toISOString(),
      connections: connections.reduce((sum, { count }) => sum + count, 0),
      memoryBytes: process.memoryUsage.rss(),
      database: this.database(),
      commits: {
        commits: durationsMs.recentCount,
        p50Ms: durationsMs.recentQuantile(0.5),
        p99Ms: durationsMs.recentQuantile(0.99),
        p50Messages: sizes.recentQuantile(0.5),
        ...{ underWayMs, failures },
      },
      backlog,
      eventLoop: eventLoop.recent,
    };
    return { problems: problemsOf(health), ...health };
  }

  private database(): DatabaseHealth {
    const { broker, database, pools } = this.observed;
    const { ok, detail } = broker.health().database;
    const problem = ok ? (database.fault?.message ?? null) : detail;
    const {
      version = null,
      sizeBytes = null,
      connections = null,
      maxConnections = null,
    } = database.description ?? {};
    return {
      answers: problem === null,
      problem,
      answerMs: database.answerMs,
      ...{ version, sizeBytes, connections, maxConnections },
      pools: pools(),
    };
  }
}
