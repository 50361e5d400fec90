import { MqttError } from './errors.ts';
import { ReasonCode } from './reason-codes.ts';

const SHARE_PREFIX = '$share/';
const MAXIMUM_BYTES = 65_535;

const HASH = 0x23;
const DOLLAR = 0x24;
const PLUS = 0x2b;
const SLASH = 0x2f;

/**
 * Checks a topic name (sections 4.7.1 and 4.7.3).
 *
 * @throws MqttError 0x90 when it is empty, holds `#`, `+`, U+0000 or half a surrogate pair, or is longer than 65,535
 *   bytes in UTF-8
 */
export function validateTopicName(topic: string): void {
  if (topic.length === 0) throw invalidName('A topic name is empty', 'MQTT-4.7.3-1');
  for (let i = 0; i < topic.length; i++) {
    const code = topic.charCodeAt(i);
    if (code === HASH || code === PLUS) {
      throw invalidName('A topic name contains a wildcard character', 'MQTT-4.7.0-1');
    }
    if (code === 0) throw invalidName('A topic name contains the null character U+0000', 'MQTT-4.7.3-2');
  }
  if (!topic.isWellFormed()) throw invalidName('A topic name is not well-formed Unicode', 'MQTT-1.5.4-1');
  if (isTooLong(topic)) throw invalidName('A topic name is longer than 65,535 bytes', 'MQTT-4.7.3-3');
}

/**
 * Checks a topic filter, a shared subscription's `$share/{ShareName}/{filter}` included (sections 4.7 and 4.8.2).
 *
 * @throws MqttError 0x8F when it is empty, has a wildcard that does not occupy a level or `#` before the end, a share
 *   without a name or filter, holds U+0000 or half a surrogate pair, or is longer than 65,535 bytes in UTF-8
 */
export function validateTopicFilter(filter: string): void {
  if (filter.length === 0) throw invalidFilter('A topic filter is empty', 'MQTT-4.7.3-1');
  const shared = parseSharedFilter(filter);
  validateWildcards(shared === undefined ? filter : shared.topicFilter);
  if (filter.includes('\0'))
    throw invalidFilter('A topic filter contains the null character', 'MQTT-4.7.3-2');
  if (!filter.isWellFormed())
    throw invalidFilter('A topic filter is not well-formed Unicode', 'MQTT-1.5.4-1');
  if (isTooLong(filter)) throw invalidFilter('A topic filter is longer than 65,535 bytes', 'MQTT-4.7.3-3');
}

/** The two parts of `$share/{shareName}/{topicFilter}`. */
export interface SharedFilter {
  shareName: string;
  topicFilter: string;
}

/**
 * The parts of a shared subscription's filter; undefined when `filter` is not one. The inner filter's wildcards are
 * checked by {@link validateTopicFilter} alone.
 *
 * @throws MqttError 0x8F when `filter` starts with `$share/` without a share name and a topic filter behind it
 */
export function parseSharedFilter(filter: string): SharedFilter | undefined {
  if (!filter.startsWith(SHARE_PREFIX)) return undefined;
  const end = filter.indexOf('/', SHARE_PREFIX.length);
  const shareName = end === -1 ? filter.slice(SHARE_PREFIX.length) : filter.slice(SHARE_PREFIX.length, end);
  if (shareName.length === 0) throw invalidFilter('A shared subscription has no share name', 'MQTT-4.8.2-1');
  if (shareName.includes('#') || shareName.includes('+')) {
    throw invalidFilter('A share name contains a wildcard character', 'MQTT-4.8.2-2');
  }
  if (end === -1 || end === filter.length - 1) {
    throw invalidFilter('A shared subscription has no topic filter', 'MQTT-4.8.2-2');
  }
  return { shareName, topicFilter: filter.slice(end + 1) };
}

/**
 * Whether `topic` matches `filter`, compared code unit by code unit [MQTT-4.7.3-4]; a filter that starts with a wildcard
 * matches no topic that starts with `$` [MQTT-4.7.2-1]. Both must be valid; of a shared subscription pass the inner
 * filter ({@link parseSharedFilter}).
 */
export function matches(filter: string, topic: string): boolean {
  const first = filter.charCodeAt(0);
  if (topic.charCodeAt(0) === DOLLAR && (first === HASH || first === PLUS)) return false;

  let f = 0;
  let t = 0;
  for (;;) {
    // Here both stand at the start of a level.
    const code = filter.charCodeAt(f);
    if (code === HASH) return true;
    if (code === PLUS) {
      f++;
      t = endOfLevel(topic, t);
    } else {
      const end = endOfLevel(filter, f);
      while (f < end) if (filter.charCodeAt(f++) !== topic.charCodeAt(t++)) return false;
      if (t < topic.length && topic.charCodeAt(t) !== SLASH) return false;
    }
    // Here both stand behind a level. `a/#` matches its parent `a` too.
    if (f === filter.length) return t === topic.length;
    if (t === topic.length) return f === filter.length - 2 && filter.charCodeAt(f + 1) === HASH;
    f++;
    t++;
  }
}

function endOfLevel(text: string, start: number): number {
  const slash = text.indexOf('/', start);
  return slash === -1 ? text.length : slash;
}

/** A wildcard stands alone in its level, `#` in the last one [MQTT-4.7.1-1], [MQTT-4.7.1-2]. */
function validateWildcards(filter: string): void {
  const last = filter.length - 1;
  for (let i = 0; i <= last; i++) {
    const code = filter.charCodeAt(i);
    if (code !== HASH && code !== PLUS) continue;
    const startsLevel = i === 0 || filter.charCodeAt(i - 1) === SLASH;
    if (code === HASH && !(startsLevel && i === last)) {
      throw invalidFilter('A topic filter has # elsewhere than as its last level', 'MQTT-4.7.1-1');
    }
    if (code === PLUS && !(startsLevel && (i === last || filter.charCodeAt(i + 1) === SLASH))) {
      throw invalidFilter('A topic filter has + in a level with other characters', 'MQTT-4.7.1-2');
    }
  }
}

/** A UTF-16 code unit takes at most three bytes, so only long strings need to be measured. */
function isTooLong(text: string): boolean {
  return text.length > MAXIMUM_BYTES / 3 && Buffer.byteLength(text) > MAXIMUM_BYTES;
}

function invalidName(message: string, clause: string): MqttError {
  return new MqttError(ReasonCode.TOPIC_NAME_INVALID, message, clause);
}

function invalidFilter(message: string, clause: string): MqttError {
  return new MqttError(ReasonCode.TOPIC_FILTER_INVALID, message, clause);
}
