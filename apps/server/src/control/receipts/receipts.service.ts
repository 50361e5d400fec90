import { Inject, Injectable } from '@nestjs/common';
import type { Inspection } from '@restante/broker';
import type { Caller } from '../access.ts';
import { DomainError } from '../errors.ts';
import type { PageQuery } from '../paging.ts';
import { INSPECTION } from '../providers.ts';
import { TenantsAccess } from '../tenants/tenants-access.ts';
import type { ReceiptView } from './receipts.dto.ts';

/** What became of a message that was published with `receipt: true`. */
@Injectable()
export class ReceiptsService {
  constructor(
    @Inject(INSPECTION) private readonly inspection: Inspection,
    @Inject(TenantsAccess) private readonly access: TenantsAccess,
  ) {}

  async get(caller: Caller, slug: string, id: string, query: PageQuery): Promise<ReceiptView> {
    const tenant = await this.access.require(caller, slug, 'messages:read');
    const receipt = await this.inspection.receipt(tenant.id, id, query);
    if (receipt === undefined)
      throw new DomainError('receipt-not-found', `There is no receipt "${id}" (any more)`);
    const { publishedAt, expiresAt, keptUntil, ...rest } = receipt;
    return {
      id,
      ...rest,
      publishedAt: new Date(publishedAt).toISOString(),
      expiresAt: expiresAt === 0 ? null : new Date(expiresAt).toISOString(),
      keptUntil: new Date(keptUntil).toISOString(),
    };
  }
}
