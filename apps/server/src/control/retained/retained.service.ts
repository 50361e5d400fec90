import { Inject, Injectable } from '@nestjs/common';
import type { Inspection } from '@restante/broker';
import type { Caller } from '../access.ts';
import { AuditService } from '../audit/audit.service.ts';
import { DomainError } from '../errors.ts';
import { type MessageView, toMessageView } from '../messages/message-view.ts';
import { checkTopicFilter, checkTopicName } from '../messages/topic-filter.ts';
import { INSPECTION } from '../providers.ts';
import { TenantsAccess } from '../tenants/tenants-access.ts';
import type {
  DeletedRetained,
  DeleteRetainedQuery,
  RetainedList,
  RetainedListQuery,
  RetainedTopicList,
  RetainedTopicsQuery,
} from './retained.dto.ts';

@Injectable()
export class RetainedService {
  constructor(
    @Inject(INSPECTION) private readonly inspection: Inspection,
    @Inject(TenantsAccess) private readonly access: TenantsAccess,
    @Inject(AuditService) private readonly audit: AuditService,
  ) {}

  async list(caller: Caller, slug: string, query: RetainedListQuery): Promise<RetainedList> {
    const { id } = await this.access.require(caller, slug, 'messages:read');
    checkTopicFilter(query.topicFilter);
    const { items, next } = await this.inspection.listRetained(id, query);
    const views = items.map((item) => toMessageView({ ...item, retain: true }, query.payloadBytes));
    return { items: views, next };
  }

  /** One level of the tree of topics. */
  async listTopics(caller: Caller, slug: string, query: RetainedTopicsQuery): Promise<RetainedTopicList> {
    const { id } = await this.access.require(caller, slug, 'messages:read');
    // `/a` begins with a level whose name is empty.
    if (query.parent !== '') checkTopicName(query.parent, 'parent');
    return this.inspection.listRetainedTopics(id, query);
  }

  /** With all of its payload. */
  async get(caller: Caller, slug: string, topic: string): Promise<MessageView> {
    const { id } = await this.access.require(caller, slug, 'messages:read');
    const found = this.inspection.getRetained(id, topic);
    if (found === undefined) throw notRetained(topic);
    const payloadBytes = found.payload.length;
    return toMessageView({ ...found, retain: true, payloadBytes }, payloadBytes);
  }

  async delete(caller: Caller, slug: string, topic: string): Promise<void> {
    const tenant = await this.access.require(caller, slug, 'messages:publish');
    if (!(await this.inspection.deleteRetained(tenant.id, topic))) throw notRetained(topic);
    await this.audit.record(caller, { tenant, action: 'retained.delete', target: topic });
  }

  /** As many as can be deleted in one go. */
  async deleteMatching(
    caller: Caller,
    slug: string,
    { topicFilter }: DeleteRetainedQuery,
  ): Promise<DeletedRetained> {
    const tenant = await this.access.require(caller, slug, 'messages:publish');
    checkTopicFilter(topicFilter);
    const after = await this.inspection.deleteRetainedMatching(tenant.id, topicFilter);
    if (after.deletedMessages > 0)
      await this.audit.record(caller, { tenant, action: 'retained.delete', target: topicFilter, after });
    return after;
  }
}

function notRetained(topic: string): DomainError {
  return new DomainError('not-retained', `Nothing is retained for the topic "${topic}"`);
}
