import type { SubscriptionPosition } from '../../ports.ts';

/** So much of a filter counts before the session: what an index entry has room for. */
const COUNTED_FIRST = 200;

/** The order of a list of subscriptions, as PostgreSQL has it too. */
export function bySubscription(a: SubscriptionPosition, b: SubscriptionPosition): number {
  return (
    byCodePoint(beginning(a.topicFilter), beginning(b.topicFilter)) ||
    a.sessionId - b.sessionId ||
    byCodePoint(a.topicFilter, b.topicFilter)
  );
}

function beginning(topicFilter: string): string {
  return topicFilter.length <= COUNTED_FIRST
    ? topicFilter
    : [...topicFilter].slice(0, COUNTED_FIRST).join('');
}

/** As the bytes of UTF-8 compare, which is not how UTF-16 does beyond U+FFFF. */
export function byCodePoint(a: string, b: string): number {
  const length = Math.min(a.length, b.length);
  for (let index = 0; index < length; index++) {
    const difference = weightAt(a, index) - weightAt(b, index);
    if (difference !== 0) return difference;
  }
  return a.length - b.length;
}

/** Surrogates, of which characters beyond U+FFFF consist, come last. */
function weightAt(text: string, index: number): number {
  const unit = text.charCodeAt(index);
  return unit >= 0xd800 && unit <= 0xdfff ? unit + 0x10000 : unit;
}
