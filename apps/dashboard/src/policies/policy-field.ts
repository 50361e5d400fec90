import { formatBytes, formatCount } from '@/format/numbers.ts';
import { formatDuration } from '@/format/times.ts';

/** A setting as it is edited, and what its value does, in plain words. */
export interface PolicyField {
  field: string;
  name: string;
  kind: 'seconds' | 'bytes' | 'count' | 'choice' | 'flag';
  /** Of a `choice`. */
  options?: readonly (string | number)[];
  /** It may be null: no value at all. */
  isOptional?: boolean;
  words: (value: never) => string;
}

interface FieldGroup {
  name: string;
  fields: PolicyField[];
}

const seconds = (field: string, name: string, words: (value: number) => string): PolicyField => ({
  field,
  name,
  kind: 'seconds',
  words,
});
const count = (field: string, name: string, words: (value: number) => string): PolicyField => ({
  field,
  name,
  kind: 'count',
  words,
});

const OVERFLOW_WORDS = {
  'drop-oldest': 'When the queue is full the oldest message is dropped to make room for the new one.',
  'drop-newest': 'When the queue is full new messages are dropped; what waits stays.',
  'reject-publisher':
    'When the queue is full publishers are refused (quota exceeded); nothing that was accepted is dropped.',
};
type Overflow = keyof typeof OVERFLOW_WORDS;

/** Every setting of a policy, in the order in which one meets them. */
export const FIELD_GROUPS: FieldGroup[] = [
  {
    name: 'Queue',
    fields: [
      count(
        'maxQueuedMessages',
        'Queued messages',
        (value) => `A session's queue is full with ${formatCount(value)} messages.`,
      ),
      {
        field: 'maxQueuedBytes',
        name: 'Queued bytes',
        kind: 'bytes',
        words: (value: number) => `Or with ${formatBytes(value)}, whichever comes first.`,
      },
      {
        field: 'overflow',
        name: 'Overflow',
        kind: 'choice',
        options: Object.keys(OVERFLOW_WORDS),
        words: (value: Overflow) => OVERFLOW_WORDS[value],
      },
      {
        field: 'keepLastPerTopic',
        name: 'Keep the last of each topic',
        kind: 'flag',
        words: (value: boolean) =>
          value
            ? 'An absent session keeps only the newest message of each topic. Goes with drop-oldest alone.'
            : 'An absent session keeps every message, up to its limits.',
      },
      {
        field: 'deadLetters',
        name: 'Dead letters',
        kind: 'flag',
        words: (value: boolean) =>
          value
            ? 'What is dropped or expires is kept, to be read and queued again.'
            : 'What is dropped or expires is counted, and gone.',
      },
      seconds('retentionSeconds', 'Rewinding', (value) =>
        value === 0
          ? 'Acknowledged messages are gone: no session can be rewound.'
          : `Acknowledged messages are kept for ${formatDuration(value)}: so far a session can be rewound.`,
      ),
    ],
  },
  {
    name: 'Expiry',
    fields: [
      seconds('sessionExpirySeconds', 'Session of a 3.1.1 client', (value) =>
        value === 0
          ? 'Ends with its connection: nothing waits for a client that cannot name an interval.'
          : `Is kept for ${formatDuration(value)} after the client left, then deleted with its queue.`,
      ),
      seconds(
        'maxSessionExpirySeconds',
        'Session, at the most',
        (value) => `A 5.0 client may ask for ${formatDuration(value)}; more is lowered to that.`,
      ),
      {
        ...seconds('messageExpirySeconds', 'Message without an expiry', (value: number | null) =>
          value === null
            ? 'Waits as long as its session does, up to the limit beside.'
            : `Expires after it waited ${formatDuration(value)}.`,
        ),
        isOptional: true,
      },
      seconds(
        'maxMessageExpirySeconds',
        'Message, at the most',
        (value) => `No message waits longer than ${formatDuration(value)}, whatever its publisher asked for.`,
      ),
      seconds('maxWillDelaySeconds', 'Will delay, at the most', (value) =>
        value === 0
          ? 'A will is published as soon as the connection ends.'
          : `A will may wait up to ${formatDuration(value)} for its client to return.`,
      ),
    ],
  },
  {
    name: 'Connection',
    fields: [
      count(
        'receiveMaximum',
        'Receive maximum',
        (value) => `A client may send ${formatCount(value)} messages before they are answered.`,
      ),
      count(
        'maxInflight',
        'In flight',
        (value) => `${formatCount(value)} messages are sent to a client before it acknowledges.`,
      ),
      {
        field: 'maxPacketBytes',
        name: 'Packet',
        kind: 'bytes',
        words: (value: number) => `A client that sends a packet over ${formatBytes(value)} is disconnected.`,
      },
      seconds('maxKeepAliveSeconds', 'Keep alive, at the most', (value) =>
        value === 0
          ? "The client's own choice, none included."
          : `A dead connection is noticed after one and a half times ${formatDuration(value)}.`,
      ),
      count('topicAliasMaximum', 'Topic aliases', (value) =>
        value === 0 ? 'No topic aliases.' : `A client may shorten ${formatCount(value)} topics to a number.`,
      ),
    ],
  },
  {
    name: 'Messages and subscriptions',
    fields: [
      {
        field: 'maxQoS',
        name: 'QoS, at the most',
        kind: 'choice',
        options: [0, 1, 2],
        words: (value: number) =>
          value === 0
            ? 'No message is acknowledged, and none waits for an absent client.'
            : `Clients may publish and subscribe with QoS ${value}.`,
      },
      {
        field: 'retainAllowed',
        name: 'Retained messages',
        kind: 'flag',
        words: (value: boolean) =>
          value ? 'Clients may leave a retained message on a topic.' : 'Retained messages are refused.',
      },
      count('maxTopicLevels', 'Topic levels', (value) => `Topics have ${formatCount(value)} levels at most.`),
      count(
        'maxSubscriptions',
        'Subscriptions',
        (value) => `A session may have ${formatCount(value)} subscriptions.`,
      ),
    ],
  },
];
