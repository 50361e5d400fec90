import { Choice, Flag, List, Text, Whole } from '../fields.ts';
import { PageQuery } from '../paging.ts';

export class SubscriptionListQuery extends PageQuery {
  @Text({ optional: true, max: 200, description: 'Part of the topic filter' })
  q?: string;

  @Text({ optional: true, description: 'Exactly this topic filter' })
  topicFilter?: string;

  @Text({
    optional: true,
    description:
      'Only those that bring a message of this topic name to somebody who is online, or to a queue',
  })
  matchesTopic?: string;

  @Text({ optional: true })
  clientId?: string;
}

export class TenantSubscriptionView {
  @Text() clientId!: string;
  @Text({ description: 'Of the credential that connected last' }) username!: string;
  @Choice(['online', 'offline'], { description: 'Of its session' }) state!: 'online' | 'offline';
  @Flag({ description: 'What comes with QoS 1 or 2 waits for its session while that is absent' })
  outlivesConnection!: boolean;
  @Text({ description: 'Of a shared subscription, all of `$share/{name}/{filter}`' }) topicFilter!: string;
  @Text({ nullable: true, description: 'null: it is not shared' }) shareName!: string | null;
  @Choice([0, 1, 2]) qos!: number;
  @Flag() noLocal!: boolean;
  @Flag() retainAsPublished!: boolean;
  @Choice([0, 1, 2]) retainHandling!: number;
  @Whole({ nullable: true }) subscriptionIdentifier!: number | null;
}

export class SubscriptionList {
  @List(() => TenantSubscriptionView) items!: TenantSubscriptionView[];
  @Text({
    nullable: true,
    description: 'There may be more also behind an empty page, where a search leaves hardly any',
  })
  next!: string | null;
}
