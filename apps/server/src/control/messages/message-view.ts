import { decodeForwardedProperties, isUtf8, type QoS } from '@restante/mqtt-codec';
import { Choice, Flag, List, Text, When, Whole } from '../fields.ts';
import { PageQuery } from '../paging.ts';

const DEFAULT_PAYLOAD_BYTES = 1_024;
const MAX_PAYLOAD_BYTES = 16_384;

/** A page of messages, of whose payloads the beginnings are enough. */
export class PayloadsQuery extends PageQuery {
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

/** What a view is made of. Times in ms since the epoch. */
export interface ShownMessage {
  topic: string;
  qos: QoS;
  retain: boolean;
  /** Its beginning, or all of it; null: not known any more. */
  payload: Buffer | null;
  /** Of all of it. */
  payloadBytes: number;
  forwardedProperties: Buffer | null;
  publishedAt: number;
  /** 0: never. */
  expiresAt: number;
}

/** @param payloadBytes of the payload, so many at the most */
export function toMessageView(message: ShownMessage, payloadBytes: number): MessageView {
  const { topic, qos, retain, payload, publishedAt, expiresAt, forwardedProperties } = message;
  const isWhole = payload !== null && payload.length === message.payloadBytes;
  const limit = Math.min(payloadBytes, payload?.length ?? 0);
  const characters =
    payload &&
    payload.subarray(0, isWhole && limit === payload.length ? limit : wholeCharacters(payload, limit));
  const encoding = characters !== null && isUtf8(isWhole ? payload : characters) ? 'utf8' : 'base64';
  const shown = encoding === 'utf8' ? characters : (payload?.subarray(0, limit) ?? null);
  return {
    ...{ topic, qos, retain, encoding },
    payload: shown?.toString(encoding) ?? null,
    payloadBytes: payload === null ? null : message.payloadBytes,
    isTruncated: shown !== null && shown.length < message.payloadBytes,
    publishedAt: new Date(publishedAt).toISOString(),
    expiresAt: expiresAt === 0 ? null : new Date(expiresAt).toISOString(),
    ...propertiesOf(forwardedProperties),
  };
}

/** As many bytes, up to the limit, as end between two characters of UTF-8: continuations begin with the bits 10. */
function wholeCharacters(bytes: Buffer, limit: number): number {
  let end = limit;
  while (end > 0 && end < bytes.length && (bytes[end] & 0xc0) === 0x80) end--;
  if (end < bytes.length || end === 0) return end;
  // Whether a character goes on behind the last byte that is here is to be seen at its first one.
  let start = end - 1;
  while (start > 0 && end - start < 4 && (bytes[start] & 0xc0) === 0x80) start--;
  const first = bytes[start];
  const length = first < 0x80 ? 1 : first < 0xe0 ? 2 : first < 0xf0 ? 3 : 4;
  return start + length > end ? start : end;
}

function propertiesOf(forwardedProperties: Buffer | null) {
  const properties = forwardedProperties === null ? {} : decodeForwardedProperties(forwardedProperties);
  const { contentType = null, responseTopic = null, correlationData, userProperties = [] } = properties;
  return {
    contentType,
    responseTopic,
    correlationData: correlationData?.toString('base64') ?? null,
    userProperties: userProperties.map(([name, value]) => ({ name, value })),
  };
}
