import { Inject, Injectable } from '@nestjs/common';
import type { DropFilter, Inspection } from '@restante/broker';
import type { Caller } from '../access.ts';
import { INSPECTION } from '../providers.ts';
import { TenantsAccess } from '../tenants/tenants-access.ts';
import type { LedgerFilter, LedgerList, LedgerQuery, LedgerSummary } from './ledger.dto.ts';

/** What did not arrive, and why. */
@Injectable()
export class LedgerService {
  constructor(
    @Inject(INSPECTION) private readonly inspection: Inspection,
    @Inject(TenantsAccess) private readonly access: TenantsAccess,
  ) {}

  async list(caller: Caller, slug: string, { limit, after, ...filter }: LedgerQuery): Promise<LedgerList> {
    const { id } = await this.access.require(caller, slug, 'sessions:read');
    const { items, next } = await this.inspection.listDrops(id, { ...toFilter(filter), limit, after });
    const lines = items.map(({ at, kind, clientId, topicFilter, topic, reason, messages, bytes }) => ({
      ...{ kind, clientId, topicFilter, topic, reason, messages, bytes },
      at: new Date(at).toISOString(),
    }));
    return { items: lines, next };
  }

  async summarize(caller: Caller, slug: string, filter: LedgerFilter): Promise<LedgerSummary> {
    const { id } = await this.access.require(caller, slug, 'sessions:read');
    return this.inspection.sumDrops(id, toFilter(filter));
  }
}

function toFilter({ from, to, ...filter }: LedgerFilter): DropFilter {
  const time = (text: string | undefined) => (text === undefined ? undefined : Date.parse(text));
  return { ...filter, from: time(from), to: time(to) };
}
