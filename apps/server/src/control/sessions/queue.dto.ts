import { Choice, Flag, List, Part, Text, Texts, Whole } from '../fields.ts';
import { MessageView, PayloadsQuery } from '../messages/message-view.ts';

const STATES = ['waiting', 'publish-sent', 'pubrel-sent'] as const;

export class PurgeQuery {
  @Text({ optional: true, description: 'Only messages that this topic filter matches' })
  topicFilter?: string;
}

export class QueueListQuery extends PayloadsQuery {
  @Text({ optional: true, description: 'Only messages that this topic filter matches' })
  topicFilter?: string;
}

export class QueuedMessageView {
  @Text({ description: 'For as long as it waits, or is in flight' }) id!: string;
  @Choice(STATES, { description: 'pubrel-sent: the client has the message, the exchange is not over' })
  state!: (typeof STATES)[number];
  @Whole({ nullable: true, description: 'null: it waits' }) packetIdentifier!: number | null;
  @Choice([0, 1, 2], { description: "With which it is sent: the message's, lowered to the subscriptions'" })
  qos!: number;
  @Texts({ max: 100_000, description: 'Subscriptions that brought it; none: it is for this session alone' })
  topicFilters!: string[];
  @Part(() => MessageView, { nullable: true, description: 'null: pubrel-sent, or no longer stored' })
  message!: MessageView | null;
}

export class QueueList {
  @List(() => QueuedMessageView) items!: QueuedMessageView[];
  @Text({
    nullable: true,
    description: 'There may be more also behind an empty page, where a topic filter matches little',
  })
  next!: string | null;
}

export class PurgeResult {
  @Whole() purgedMessages!: number;
  @Flag({ description: 'false: what is left was too much for one go, ask again' }) isComplete!: boolean;
}
