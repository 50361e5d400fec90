import { PartialType } from '@nestjs/swagger';
import { Choice, Choices, Flag, List, Text, Texts, When, Whole } from '../fields.ts';
import { EVENTS, type EventName } from './events.ts';

const MAX_URL = 2_000;
const MAX_OVERLAP_SECONDS = 30 * 86_400;
const DAY_SECONDS = 86_400;

export const DELIVERY_STATES = ['waiting', 'delivered', 'failed'] as const;
export type DeliveryState = (typeof DELIVERY_STATES)[number];

class WebhookFields {
  @Text({
    max: MAX_URL,
    format: 'uri',
    description: 'http or https. Redirects are not followed',
    example: 'https://example.com/hooks/restante',
  })
  url!: string;

  @Choices(EVENTS, { description: 'What it wants to be told of' })
  events!: EventName[];

  @Text({ optional: true, max: 200 })
  description?: string;

  @Flag({
    optional: true,
    description: 'False: nothing is sent, and what happens meanwhile is not kept for it',
  })
  isEnabled?: boolean;
}

export class CreateWebhook extends WebhookFields {}

export class UpdateWebhook extends PartialType(WebhookFields, { skipNullProperties: false }) {}

export class RotateWebhookSecret {
  @Whole({
    optional: true,
    min: 0,
    max: MAX_OVERLAP_SECONDS,
    default: DAY_SECONDS,
    description: 'For so long what is sent is signed with the old secret too',
  })
  overlapSeconds?: number;
}

export class WebhookView {
  @Text() id!: string;
  @Text() url!: string;
  @Text() description!: string;
  @Texts({ max: EVENTS.length }) events!: string[];
  @Flag() isEnabled!: boolean;
  @Text({ nullable: true, description: 'Why the server has disabled it; null: it has not' })
  disabledReason!: string | null;
  @When() createdAt!: string;
  @When({ nullable: true, description: 'The end of the secret before the last rotation; null: it is over' })
  previousSecretUntil!: string | null;
  @When({
    nullable: true,
    description: 'Since when nothing could be delivered; null: the last attempt was taken',
  })
  failingSince!: string | null;
  @When({ nullable: true, description: 'To a minute' }) lastDeliveredAt!: string | null;
  @Whole({ description: 'Deliveries that wait to be sent, or to be sent again' }) waitingDeliveries!: number;
  @Whole({ description: 'Deliveries that were given up since too many of the tenant waited, ever' })
  givenUpDeliveries!: number;
}

export class IssuedWebhook extends WebhookView {
  @Text({ description: 'What is sent is signed with it. Shown here and never again', example: 'whsec_…' })
  secret!: string;
}

export class WebhookList {
  @List(() => WebhookView) items!: WebhookView[];
  @Text({ nullable: true }) next!: string | null;
}

export class WebhookTest {
  @Flag({ description: 'The receiver has taken it' }) isDelivered!: boolean;
  @Whole({ nullable: true, description: 'Of the answer; null: there was none' }) status!: number | null;
  @Whole({ description: 'Milliseconds' }) latencyMs!: number;
  @Text({ nullable: true }) error!: string | null;
}

export class WebhookDeliveryView {
  @Text({ description: 'The receiver gets it as `webhook-id`, the same at each attempt' }) id!: string;
  @Text({ example: 'queue.full' }) event!: string;
  @Choice(DELIVERY_STATES) state!: DeliveryState;
  @Whole() attempts!: number;
  @When() createdAt!: string;
  @When({ nullable: true }) lastAttemptAt!: string | null;
  @Whole({ nullable: true, description: 'Of the last answer; null: there was none' }) lastStatus!:
    number | null;
  @Text({ nullable: true }) lastError!: string | null;
  @When({ nullable: true, description: 'null: there is none' }) nextAttemptAt!: string | null;
  @Text({ description: 'What is sent, as it is' }) body!: string;
}

export class WebhookDeliveryList {
  @List(() => WebhookDeliveryView) items!: WebhookDeliveryView[];
  @Text({ nullable: true }) next!: string | null;
}
