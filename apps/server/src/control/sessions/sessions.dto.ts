import { DROP_REASONS } from '@restante/broker';
import { Amount, Choice, Flag, List, Part, Switch, Text, Texts, When, Whole } from '../fields.ts';
import { PageQuery } from '../paging.ts';
import { PolicyView } from '../policies/policies.dto.ts';

const STATES = ['online', 'offline'] as const;
const SORTS = ['clientId', 'queuedMessages'] as const;
const CHANGES = ['delete', 'disconnect', 'purge'] as const;
const MAX_AT_A_TIME = 500;

const ORPHANS =
  'Absent for a week or for half of their expiry interval, and under a client identifier that looks made up, or not come ' +
  'back after their first connection';

export class SessionListQuery extends PageQuery {
  @Choice(STATES, { optional: true })
  state?: (typeof STATES)[number];

  @Text({ optional: true, max: 200, description: 'Part of the client identifier' })
  q?: string;

  @Text({ optional: true, max: 128, description: 'Of the credential that connected last' })
  username?: string;

  @When({ optional: true, description: 'Absent since before then' })
  absentBefore?: string;

  @When({ optional: true, description: 'Absent since then or later' })
  absentAfter?: string;

  @Switch({ optional: true, description: ORPHANS })
  orphans?: boolean;

  @Choice(SORTS, { optional: true, description: 'queuedMessages: the deepest queue first' })
  sort?: (typeof SORTS)[number];
}

export class ChangeSessions {
  @Choice(CHANGES, { description: 'purge: what waits is dropped' })
  change!: (typeof CHANGES)[number];

  @Texts({ max: MAX_AT_A_TIME, description: 'Client identifiers' })
  clientIds!: string[];
}

export class ChangedSession {
  @Text() clientId!: string;
  @Text({ nullable: true, description: 'Code of the problem; null: it was done' }) code!: string | null;
}

export class ChangedSessions {
  @List(() => ChangedSession, { description: 'In the order of the client identifiers' })
  items!: ChangedSession[];
}

export class DeleteAbsentSessions {
  @Text({ optional: true, max: 200, description: 'Part of the client identifier' })
  q?: string;

  @Text({ optional: true, max: 128, description: 'Of the credential that connected last' })
  username?: string;

  @When({ optional: true, description: 'Absent since before then' })
  absentBefore?: string;

  @Flag({ optional: true, description: ORPHANS })
  orphans?: boolean;

  @Flag({ optional: true, description: 'Nothing is deleted: only what would be lost is told' })
  dryRun?: boolean;
}

export class DeletedSessions {
  @Amount() sessions!: number;
  @Amount({ description: 'Lost with them' }) queuedMessages!: number;
  @Amount() queuedBytes!: number;
  @Flag({ description: 'Of a dry run: there are very many, and their queues are as they were last counted' })
  isEstimate!: boolean;
  @Flag({ description: 'false: what is left was too much for one go, ask again' }) isComplete!: boolean;
}

export class SessionView {
  @Text() clientId!: string;
  @Choice(STATES) state!: (typeof STATES)[number];
  @Text() username!: string;
  @Choice([3, 4, 5], { description: '3: MQTT 3.1, 4: MQTT 3.1.1, 5: MQTT 5.0' }) protocolVersion!: number;
  @Text({ nullable: true }) remoteAddress!: string | null;
  @When() createdAt!: string;
  @When({ nullable: true }) connectedAt!: string | null;
  @When({ nullable: true }) disconnectedAt!: string | null;
  @Amount({ description: '0: ends with its connection; 4294967295: never ends' })
  sessionExpirySeconds!: number;
  @When({ nullable: true }) expiresAt!: string | null;
  @Amount() subscriptionCount!: number;
  @Amount({ description: 'QoS 1 and 2 messages not yet acknowledged, those in flight included' })
  queuedMessages!: number;
  @Amount() queuedBytes!: number;
  @Amount() maxQueuedMessages!: number;
  @Amount() maxQueuedBytes!: number;
  @Amount() inflightMessages!: number;
  @Amount() droppedMessages!: number;
  @Flag({ description: ORPHANS }) isOrphanSuspect!: boolean;
}

export class SessionList {
  @List(() => SessionView) items!: SessionView[];
  @Text({ nullable: true }) next!: string | null;
}

export class SubscriptionView {
  @Text() topicFilter!: string;
  @Choice([0, 1, 2]) qos!: number;
  @Flag() noLocal!: boolean;
  @Flag() retainAsPublished!: boolean;
  @Choice([0, 1, 2]) retainHandling!: number;
  @Whole({ nullable: true }) subscriptionIdentifier!: number | null;
  @Amount() queuedMessages!: number;
}

export class WillView {
  @Text() topic!: string;
  @Choice([0, 1, 2]) qos!: number;
  @Flag() retain!: boolean;
  @Amount() delaySeconds!: number;
}

export class DroppedView {
  @Choice(DROP_REASONS) reason!: (typeof DROP_REASONS)[number];
  @Amount() messages!: number;
}

export class SessionDetailView extends SessionView {
  @Flag() cleanStart!: boolean;
  @Amount() keepAliveSeconds!: number;
  @Amount() receiveMaximum!: number;
  @List(() => SubscriptionView) subscriptions!: SubscriptionView[];
  @Part(() => WillView, { nullable: true }) will!: WillView | null;
  @List(() => DroppedView, {
    description: 'What did not reach it since it began, by reason, as far as the ledger goes back',
  })
  dropped!: DroppedView[];
  @Part(() => PolicyView, { nullable: true, description: "Its credential's, or the tenant's default" })
  policy!: PolicyView | null;
}

export class InflightView {
  @Whole() packetIdentifier!: number;
  @Choice([1, 2]) qos!: number;
  @Choice(['publish-sent', 'pubrel-sent']) state!: string;
  @Text({ nullable: true }) topic!: string | null;
}

export class InflightList {
  @List(() => InflightView) items!: InflightView[];
}
