import { Choice, Flag, List, Part, Text, Texts, When, Whole } from '../fields.ts';
import { PageQuery } from '../paging.ts';

const STATES = ['waiting', 'publish-sent', 'pubrel-sent'] as const;
const DEFAULT_PAYLOAD_BYTES = 1_024;
const MAX_PAYLOAD_BYTES = 16_384;

export class PurgeQuery {
  @Text({ optional: true, description: 'Only messages that this topic filter matches' })
  topicFilter?: string;
}

export class QueueListQuery extends PageQuery {
  @Text({ optional: true, description: 'Only messages that this topic filter matches' })
  topicFilter?: string;

  @Whole({
    optional: true,
    min: 0,
    max: MAX_PAYLOAD_BYTES,
    default: DEFAULT_PAYLOAD_BYTES,
    description: 'Of each payload, so many bytes at the most',
  })
  payloadBytes: number = DEFAULT_PAYLOAD_BYTES;
}

export class UserPropertyView {
  @Text() name!: string;
  @Text() value!: string;
}

export class MessageView {
  @Text() topic!: string;
  @Choice([0, 1, 2], { description: 'As it was published' }) qos!: number;
  @Flag() retain!: boolean;
  @Text({ nullable: true, description: 'null: the broker does not have it any more' }) payload!:
    string | null;
  @Choice(['utf8', 'base64'], { description: 'Of `payload`' }) encoding!: 'utf8' | 'base64';
  @Whole({ description: 'Of the whole payload; null: not known any more', nullable: true }) payloadBytes!:
    number | null;
  @Flag({ description: 'Whether only the beginning of the payload is here' }) isTruncated!: boolean;
  @When() publishedAt!: string;
  @When({ nullable: true, description: 'null: never' }) expiresAt!: string | null;
  @Text({ nullable: true }) contentType!: string | null;
  @Text({ nullable: true }) responseTopic!: string | null;
  @Text({ nullable: true, description: 'Base64' }) correlationData!: string | null;
  @List(() => UserPropertyView) userProperties!: UserPropertyView[];
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
