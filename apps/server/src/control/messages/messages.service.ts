import { Inject, Injectable } from '@nestjs/common';
import { type Inspection, MqttError, PublishRefusedError } from '@restante/broker';
import { type Caller } from '../access.ts';
import { DomainError } from '../errors.ts';
import { INSPECTION } from '../providers.ts';
import { TenantsAccess } from '../tenants/tenants-access.ts';
import { forwardedPropertiesOf } from './forwarded-properties.ts';
import { type PublishMessage, type PublishResult } from './messages.dto.ts';

@Injectable()
export class MessagesService {
  constructor(
    @Inject(INSPECTION) private readonly inspection: Inspection,
    @Inject(TenantsAccess) private readonly access: TenantsAccess,
  ) {}

  /** Publishes to a tenant's sessions; answers when the message is durable wherever it has to be. */
  async publish(caller: Caller, slug: string, body: PublishMessage): Promise<PublishResult> {
    const { id, suspendedAt } = await this.access.require(caller, slug, 'messages:publish');
    if (suspendedAt !== null) throw new DomainError('tenant-suspended', `The tenant "${slug}" is suspended`);
    const { topic, payload, encoding, qos, retain, properties } = body;
    if (topic.startsWith('$'))
      throw new DomainError('invalid-topic', 'Topics that begin with $ belong to the server');
    try {
      return await this.inspection.publish(id, {
        topic,
        payload: Buffer.from(payload, encoding ?? 'utf8'),
        qos: qos ?? 0,
        retain: retain ?? false,
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
