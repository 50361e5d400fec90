import { Inject, Injectable } from '@nestjs/common';
import { type Inspection, MqttError, PublishRefusedError } from '@restante/broker';
import type { Caller } from '../access.ts';
import { DomainError } from '../errors.ts';
import { INSPECTION } from '../providers.ts';
import { TenantsAccess } from '../tenants/tenants-access.ts';
import { forwardedPropertiesOf } from './forwarded-properties.ts';
import type {
  PublishedMessage,
  PublishedMessages,
  PublishMessage,
  PublishMessages,
  PublishResult,
} from './messages.dto.ts';

@Injectable()
export class MessagesService {
  constructor(
    @Inject(INSPECTION) private readonly inspection: Inspection,
    @Inject(TenantsAccess) private readonly access: TenantsAccess,
  ) {}

  /** Publishes to a tenant's sessions; answers when the message is durable wherever it has to be. */
  async publish(caller: Caller, slug: string, message: PublishMessage): Promise<PublishResult> {
    return this.publishTo(await this.openTenant(caller, slug), message);
  }

  /** Accepted in their order, made durable together; one that is refused does not stop the others. */
  async publishAll(caller: Caller, slug: string, { messages }: PublishMessages): Promise<PublishedMessages> {
    const tenantId = await this.openTenant(caller, slug);
    const publish = async (message: PublishMessage): Promise<PublishedMessage> => {
      try {
        return { ...(await this.publishTo(tenantId, message)), code: null, detail: null };
      } catch (error) {
        if (!(error instanceof DomainError)) throw error;
        return { delivered: 0, filters: 0, receiptId: null, code: error.code, detail: error.message };
      }
    };
    return { items: await Promise.all(messages.map(publish)) };
  }

  private async openTenant(caller: Caller, slug: string): Promise<number> {
    const { id, suspendedAt } = await this.access.require(caller, slug, 'messages:publish');
    if (suspendedAt !== null) throw new DomainError('tenant-suspended', `The tenant "${slug}" is suspended`);
    return id;
  }

  private async publishTo(
    tenantId: number,
    { topic, payload, encoding, qos, retain, properties, receipt }: PublishMessage,
  ): Promise<PublishResult> {
    if (topic.startsWith('$'))
      throw new DomainError('invalid-topic', 'Topics that begin with $ belong to the server');
    try {
      return await this.inspection.publish(tenantId, {
        topic,
        payload: Buffer.from(payload, encoding ?? 'utf8'),
        qos: qos ?? 0,
        retain: retain ?? false,
        wantsReceipt: receipt ?? false,
        messageExpiryInterval: properties?.messageExpiryInterval,
        forwardedProperties: properties && forwardedPropertiesOf(properties),
      });
    } catch (error) {
      if (error instanceof PublishRefusedError) throw new DomainError(error.refusal, error.message);
      if (error instanceof MqttError) throw new DomainError('invalid-topic', error.message);
      throw error;
    }
  }
}
