import { Inject, Injectable } from '@nestjs/common';
import { type Inspection, MqttError } from '@restante/broker';
import { encodeForwardedProperties, ReasonCode } from '@restante/mqtt-codec';
import { type Caller } from '../access.ts';
import { DomainError } from '../errors.ts';
import { INSPECTION } from '../providers.ts';
import { TenantsService } from '../tenants/tenants.service.ts';
import { type MessageProperties, type PublishMessage, type PublishResult } from './messages.dto.ts';

@Injectable()
export class MessagesService {
  constructor(
    @Inject(INSPECTION) private readonly inspection: Inspection,
    @Inject(TenantsService) private readonly tenants: TenantsService,
  ) {}

  /** Publishes to a tenant's sessions; answers when the message is durable wherever it has to be. */
  async publish(caller: Caller, slug: string, body: PublishMessage): Promise<PublishResult> {
    const { id } = await this.tenants.require(caller, slug);
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
        forwardedProperties: properties && forwarded(properties),
      });
    } catch (error) {
      if (error instanceof MqttError && error.reasonCode === ReasonCode.QUOTA_EXCEEDED)
        throw new DomainError('queue-full', error.message);
      if (error instanceof MqttError) throw new DomainError('invalid-topic', error.message);
      throw error;
    }
  }
}

function forwarded({
  contentType,
  responseTopic,
  correlationData,
  payloadFormatIndicator,
  userProperties,
}: MessageProperties): Buffer {
  if (userProperties?.some((pair) => pair.length !== 2 || pair.some((part) => typeof part !== 'string'))) {
    throw new DomainError('invalid-request', 'Each of userProperties must be a name and a value');
  }
  try {
    return encodeForwardedProperties({
      contentType,
      responseTopic,
      correlationData: correlationData === undefined ? undefined : Buffer.from(correlationData, 'base64'),
      payloadFormatIndicator,
      userProperties,
    });
  } catch (error) {
    throw new DomainError('invalid-request', (error as Error).message);
  }
}
