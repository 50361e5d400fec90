import { Inject, Injectable } from '@nestjs/common';
import type { Inspection } from '@restante/broker';
import type { Caller } from '../access.ts';
import { INSPECTION } from '../providers.ts';
import { TenantsAccess } from '../tenants/tenants-access.ts';
import type { TopicList, TopicListQuery } from './topics.dto.ts';

@Injectable()
export class TopicsService {
  constructor(
    @Inject(INSPECTION) private readonly inspection: Inspection,
    @Inject(TenantsAccess) private readonly access: TenantsAccess,
  ) {}

  /** Topics that messages came to since the start, as a tree or as they are found. */
  async list(caller: Caller, slug: string, query: TopicListQuery): Promise<TopicList> {
    const { id } = await this.access.require(caller, slug, 'messages:read');
    const { items, ...page } = this.inspection.listTopics(id, query);
    return {
      ...page,
      items: items.map((item) => ({ ...item, lastAt: new Date(item.lastAt).toISOString() })),
    };
  }
}
