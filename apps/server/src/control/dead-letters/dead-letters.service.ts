import { Inject, Injectable } from '@nestjs/common';
import type { Inspection, StoredDeadLetter } from '@restante/broker';
import type { Caller } from '../access.ts';
import { AuditService } from '../audit/audit.service.ts';
import { DomainError } from '../errors.ts';
import { toMessageView } from '../messages/message-view.ts';
import { checkTopicFilter } from '../messages/topic-filter.ts';
import { INSPECTION } from '../providers.ts';
import { TenantsAccess } from '../tenants/tenants-access.ts';
import type {
  DeadLetterFilter,
  DeadLetterList,
  DeadLetterListQuery,
  DeadLettersDeleted,
  DeadLetterView,
  RequeueDeadLetters,
  RequeuedDeadLetters,
} from './dead-letters.dto.ts';

/** What sessions have lost whose policies keep that (`deadLetters`). */
@Injectable()
export class DeadLettersService {
  constructor(
    @Inject(INSPECTION) private readonly inspection: Inspection,
    @Inject(TenantsAccess) private readonly access: TenantsAccess,
    @Inject(AuditService) private readonly audit: AuditService,
  ) {}

  async list(caller: Caller, slug: string, query: DeadLetterListQuery): Promise<DeadLetterList> {
    const { id } = await this.access.require(caller, slug, 'messages:read');
    checkTopicFilter(query.topicFilter);
    const { items, next } = await this.inspection.listDeadLetters(id, query);
    return { items: items.map((letter) => toView(letter, query.payloadBytes)), next };
  }

  /** With all of its payload. */
  async get(caller: Caller, slug: string, id: string): Promise<DeadLetterView> {
    const tenant = await this.access.require(caller, slug, 'messages:read');
    const letter = await this.inspection.getDeadLetter(tenant.id, id);
    if (letter === undefined) throw notFound(id);
    return toView(letter, letter.payloadBytes);
  }

  async delete(caller: Caller, slug: string, id: string): Promise<void> {
    const tenant = await this.access.require(caller, slug, 'sessions:write');
    if (!(await this.inspection.deleteDeadLetter(tenant.id, id))) throw notFound(id);
    await this.audit.record(caller, { tenant, action: 'dead-letter.delete', target: id });
  }

  async deleteAll(caller: Caller, slug: string, filter: DeadLetterFilter): Promise<DeadLettersDeleted> {
    const tenant = await this.access.require(caller, slug, 'sessions:write');
    checkTopicFilter(filter.topicFilter);
    const deleted = await this.inspection.deleteDeadLetters(tenant.id, filter);
    const after = { ...filter, ...deleted };
    const target = filter.clientId ?? '';
    await this.audit.record(caller, { tenant, action: 'dead-letter.delete-all', target, after });
    return deleted;
  }

  async requeue(caller: Caller, slug: string, request: RequeueDeadLetters): Promise<RequeuedDeadLetters> {
    const tenant = await this.access.require(caller, slug, 'sessions:write');
    checkTopicFilter(request.topicFilter);
    const outcome = await this.inspection.requeueDeadLetters(tenant.id, request);
    const { clientId, topicFilter, reason, to } = request;
    const after = { clientId, topicFilter, reason, to, messages: outcome.messages };
    const target = to ?? clientId ?? '';
    await this.audit.record(caller, { tenant, action: 'dead-letter.requeue', target, after });
    return outcome;
  }
}

function toView(letter: StoredDeadLetter, payloadBytes: number): DeadLetterView {
  const { id, at, clientId, topicFilter, reason } = letter;
  return {
    ...{ id: `${id}`, clientId, topicFilter, reason },
    at: new Date(at).toISOString(),
    message: toMessageView(letter, payloadBytes),
  };
}

function notFound(id: string): DomainError {
  return new DomainError('dead-letter-not-found', `There is no dead letter "${id}" (any more)`);
}
