import type { Message } from '@restante/broker';
import { type MessageView, toMessageView } from '../messages/message-view.ts';
import type { TailedMessages } from './live.dto.ts';
import type { Seen, Watched } from './look.ts';
import { Pulled } from './pulled.ts';

/** The rest of a second is counted, and no more. */
const MESSAGES_A_SECOND = 100;
/** Of payloads and properties, not yet taken by the reader. */
const MAX_WAITING_BYTES = 256 * 1024;
const MAX_PROPERTY_BYTES = 16 * 1024;
/** So that a character cut in two is known for one. */
const CHARACTER_BYTES = 4;
const SECOND_MS = 1_000;

/** Messages as they are published, for one reader: a sample of them, when they come faster than can be shown. */
export class MessageTail implements Watched {
  readonly values = new Pulled(() => this.take());
  private waiting: MessageView[] = [];
  private waitingBytes = 0;
  private skipped = 0;
  private second = 0;
  private inSecond = 0;
  /** The reader knows that messages are shown from now on: an empty answer says so. */
  private isBegun = false;

  /** @param payloadBytes of each payload, so many at the most */
  constructor(private readonly payloadBytes: number) {}

  isIdle(): boolean {
    return this.values.hasEnded;
  }

  /** Called on the way of a PUBLISH. */
  readonly see = (message: Message): void => {
    const second = Math.floor(message.publishedAt / SECOND_MS);
    if (second !== this.second) this.inSecond = 0;
    this.second = second;
    if (++this.inSecond > MESSAGES_A_SECOND || !this.hasRoomFor(message)) {
      this.skipped++;
      return;
    }
    this.waiting.push(viewOf(message, this.payloadBytes));
    this.values.wake();
  };

  /** What was skipped while nothing was shown. */
  look(): Promise<number> {
    this.values.wake();
    return Promise.resolve(0);
  }

  private hasRoomFor({ payload, forwardedProperties }: Message): boolean {
    if (forwardedProperties.length > MAX_PROPERTY_BYTES) return false;
    this.waitingBytes += Math.min(payload.length, this.payloadBytes) + forwardedProperties.length;
    return this.waitingBytes <= MAX_WAITING_BYTES;
  }

  private take(): Seen<TailedMessages> | undefined {
    if (this.isBegun && this.waiting.length === 0 && this.skipped === 0) return undefined;
    this.isBegun = true;
    const value = { messages: this.waiting, skippedMessages: this.skipped };
    this.waiting = [];
    this.waitingBytes = 0;
    this.skipped = 0;
    return { value };
  }
}

function viewOf(message: Message, payloadBytes: number): MessageView {
  const { topic, qos, retain, publishedAt, expiresAt, payload, forwardedProperties } = message;
  const shown = {
    ...{ topic, qos, retain, publishedAt, expiresAt, forwardedProperties },
    payload: payload.subarray(0, payloadBytes + CHARACTER_BYTES),
    payloadBytes: payload.length,
  };
  return toMessageView(shown, payloadBytes);
}
