import { DROP_REASONS } from '@restante/broker';
import { Amount, Choice, List, Text, When } from '../fields.ts';

const STATES = ['waiting', 'sent', 'acknowledged', 'expired', 'dropped'] as const;
const REASONS = [...DROP_REASONS, 'moved'] as const;

export class ReceiptSession {
  @Text({ nullable: true, description: 'Of a shared group: the member that had it; null: none had' })
  clientId!: string | null;
  @Text({ nullable: true, description: '`$share/{name}/{filter}`; null: it is not a shared group' })
  sharedFilter!: string | null;
  @Choice(STATES, { description: 'sent: in flight; or with QoS 0, which nobody acknowledges' })
  state!: (typeof STATES)[number];
  @Choice(REASONS, { nullable: true, description: 'null: it was not dropped' })
  reason!: (typeof REASONS)[number] | null;
}

export class ReceiptView {
  @Text() id!: string;
  @Text() topic!: string;
  @Choice([0, 1, 2]) qos!: number;
  @When() publishedAt!: string;
  @When({ nullable: true, description: 'null: never' }) expiresAt!: string | null;
  @When({ description: 'Until when this is known' }) keptUntil!: string;
  @Amount({ description: 'Clients that got it without a queue and were too many to be noted' })
  unnoted!: number;
  @List(() => ReceiptSession, { description: 'Shared groups stand on the first page' })
  items!: ReceiptSession[];
  @Text({ nullable: true }) next!: string | null;
}
