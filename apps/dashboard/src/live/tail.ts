import type { Message, TailedMessages } from '@restante/api-client';

/** Messages kept of a tail: older ones make room. */
export const MOST_TAILED = 200;

export interface TailedMessage {
  /** Counts from 1. */
  number: number;
  message: Message;
}

export interface Tail {
  /** It is listened to: what is published from now on is told. */
  hasBegun: boolean;
  /** Newest first. */
  messages: readonly TailedMessage[];
  /** How many were told so far. */
  count: number;
  /** More came than are told. */
  skipped: number;
  refusal: Error | null;
}

export const NEW_TAIL: Tail = { hasBegun: false, messages: [], count: 0, skipped: 0, refusal: null };

export function withTold(tail: Tail, { messages, skippedMessages }: TailedMessages): Tail {
  const told = messages.map((message, index) => ({ number: tail.count + index + 1, message }));
  return {
    ...tail,
    hasBegun: true,
    messages: [...told.reverse(), ...tail.messages].slice(0, MOST_TAILED),
    count: tail.count + told.length,
    skipped: tail.skipped + skippedMessages,
  };
}
