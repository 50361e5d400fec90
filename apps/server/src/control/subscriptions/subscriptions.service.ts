import { Inject, Injectable } from '@nestjs/common';
import type { Inspection } from '@restante/broker';
import type { Caller } from '../access.ts';
import { checkTopicFilter, checkTopicName } from '../messages/topic-filter.ts';
import { INSPECTION } from '../providers.ts';
import { TenantsAccess } from '../tenants/tenants-access.ts';
import type { SubscriptionList, SubscriptionListQuery } from './subscriptions.dto.ts';

@Injectable()
export class SubscriptionsService {
  constructor(
    @Inject(INSPECTION) private readonly inspection: Inspection,
    @Inject(TenantsAccess) private readonly access: TenantsAccess,
  ) {}

  /** Of all sessions, whether their clients are connected or not. */
  async list(caller: Caller, slug: string, query: SubscriptionListQuery): Promise<SubscriptionList> {
    const { id } = await this.access.require(caller, slug, 'sessions:read');
    checkTopicFilter(query.topicFilter);
    checkTopicName(query.matchesTopic, 'matchesTopic');
    return this.inspection.listSubscriptions(id, query);
  }
}
