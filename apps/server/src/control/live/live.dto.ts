import { Amount, Choice, Flag, List, Text, Texts, When, Whole } from '../fields.ts';
import { MessageView } from '../messages/message-view.ts';
import { QueueList } from '../sessions/queue.dto.ts';

const MAX_NAMED_SESSIONS = 500;
const MAX_QUEUE_ITEMS = 50;
const MAX_QUEUE_PAYLOAD_BYTES = 4_096;
const MAX_TAIL_PAYLOAD_BYTES = 16_384;
const DEFAULT_PAYLOAD_BYTES = 1_024;

export class WatchTenant {
  @Text() tenant!: string;
}

export class WatchSession extends WatchTenant {
  @Text() clientId!: string;
}

export class WatchSessions extends WatchTenant {
  @Text({ optional: true, max: 200, description: 'Part of the client identifier' })
  q?: string;

  @Texts({ optional: true, max: MAX_NAMED_SESSIONS, description: 'These alone' })
  clientIds?: string[];
}

export class WatchQueue extends WatchSession {
  @Whole({ optional: true, min: 1, max: MAX_QUEUE_ITEMS, default: MAX_QUEUE_ITEMS })
  limit: number = MAX_QUEUE_ITEMS;

  @Whole({
    optional: true,
    min: 0,
    max: MAX_QUEUE_PAYLOAD_BYTES,
    default: DEFAULT_PAYLOAD_BYTES,
    description: 'Of each payload, so many bytes at the most',
  })
  payloadBytes: number = DEFAULT_PAYLOAD_BYTES;
}

export class WatchMessages extends WatchTenant {
  @Text() topicFilter!: string;

  @Whole({
    optional: true,
    min: 0,
    max: MAX_TAIL_PAYLOAD_BYTES,
    default: DEFAULT_PAYLOAD_BYTES,
    description: 'Of each payload, so many bytes at the most',
  })
  payloadBytes: number = DEFAULT_PAYLOAD_BYTES;
}

/** What changes of a session. */
export class LiveSession {
  @Text() clientId!: string;
  @Choice(['online', 'offline']) state!: 'online' | 'offline';
  @Text() username!: string;
  @Choice([3, 4, 5]) protocolVersion!: number;
  @Text({ nullable: true }) remoteAddress!: string | null;
  @Amount() sessionExpirySeconds!: number;
  @When({ nullable: true }) connectedAt!: string | null;
  @When({ nullable: true }) disconnectedAt!: string | null;
  @When({ nullable: true }) expiresAt!: string | null;
  @Amount() queuedMessages!: number;
  @Amount() queuedBytes!: number;
  @Amount() maxQueuedMessages!: number;
  @Amount() inflightMessages!: number;
  @Amount() droppedMessages!: number;
  @Flag({ description: 'Nobody seems to come back for it: see orphans of the list of sessions' })
  isOrphanSuspect!: boolean;
}

export class SessionChanges {
  @Flag({ description: 'Whatever was told before is to be forgotten: this is the beginning' })
  isReset!: boolean;
  @List(() => LiveSession, { description: 'New or changed, in no order' }) sessions!: LiveSession[];
  @Texts({ max: 1_000, description: 'Client identifiers of sessions that are no more' }) gone!: string[];
  @Flag({ description: 'false: there are more, which follow as they are found' }) isComplete!: boolean;
  @Flag({ description: 'There are more sessions than are watched: the rest is left out' })
  isTruncated!: boolean;
}

/** The head of a queue. */
export class QueueHead extends QueueList {
  @Amount({ description: 'Of the whole queue, those in flight included' }) queuedMessages!: number;
  @Amount() queuedBytes!: number;
  @Amount() maxQueuedMessages!: number;
  @Amount() inflightMessages!: number;
}

export class TailedMessages {
  @List(() => MessageView, {
    description: 'In the order in which they were accepted; none at first, when it begins',
  })
  messages!: MessageView[];
  @Amount({ description: 'More came than are shown: so many were left out since the last time' })
  skippedMessages!: number;
}
