import { Inject, Injectable } from '@nestjs/common';
import type { Prisma, PrismaClient } from '@restante/database';
import type { Caller } from '../access.ts';
import { PRISMA } from '../providers.ts';
import { TenantsAccess } from '../tenants/tenants-access.ts';
import type { HistoryQuery, HistoryView } from './history.dto.ts';
import { PLATFORM } from './history-rows.ts';
import { beginOf, RANGES } from './history-steps.ts';

type Row = Prisma.HistorySampleGetPayload<object>;
type Column = (number | null)[];

@Injectable()
export class HistoryService {
  constructor(
    @Inject(PRISMA) private readonly prisma: PrismaClient,
    @Inject(TenantsAccess) private readonly access: TenantsAccess,
  ) {}

  async ofTenant(caller: Caller, slug: string, query: HistoryQuery): Promise<HistoryView> {
    const { id } = await this.access.require(caller, slug, 'sessions:read');
    return this.read(id, query);
  }

  async ofPlatform(caller: Caller, query: HistoryQuery): Promise<HistoryView> {
    this.access.permit(caller, 'platform:manage');
    return this.read(PLATFORM, query);
  }

  private async read(tenantId: number, { range }: HistoryQuery): Promise<HistoryView> {
    const { seconds, step } = RANGES[range];
    const until = beginOf(Date.now() / 1_000, step);
    const from = until - seconds;
    const where = { stepSeconds: step, at: { gte: toDate(from), lt: toDate(until) } };
    const wasThere = await this.prisma.historySample.findMany({
      where: { ...where, tenantId: PLATFORM },
      select: { at: true },
    });
    const rows = await this.prisma.historySample.findMany({ where: { ...where, tenantId } });
    const present = new Set(wasThere.map(({ at }) => toSeconds(at)));
    const byTime = new Map(rows.map((row) => [toSeconds(row.at), row]));
    const at = Array.from({ length: seconds / step }, (_, index) => from + index * step);
    const column = (valueOf: (row: Row) => number): Column =>
      at.map((time) => {
        const row = byTime.get(time);
        if (row !== undefined) return valueOf(row);
        return present.has(time) ? 0 : null;
      });
    return {
      range,
      stepSeconds: step,
      from: toDate(from).toISOString(),
      at,
      onlineSessions: column((row) => row.onlineSessions),
      offlineSessions: column((row) => row.offlineSessions),
      queuedMessages: column((row) => row.queuedMessages),
      queuedBytes: column((row) => row.queuedBytes),
      messagesInPerSecond: column((row) => row.messagesIn / step),
      messagesOutPerSecond: column((row) => row.messagesOut / step),
      bytesInPerSecond: column((row) => row.bytesIn / step),
      droppedMessages: column((row) => row.droppedMessages),
    };
  }
}

function toDate(seconds: number): Date {
  return new Date(seconds * 1_000);
}

function toSeconds(at: Date): number {
  return at.getTime() / 1_000;
}
