import { Choice, Numbers, When, Whole } from '../fields.ts';
import { type Range, RANGES } from './history-steps.ts';

export class HistoryQuery {
  @Choice(Object.keys(RANGES), { optional: true, default: 'hour' })
  range: Range = 'hour';
}

/** Columns of equal length for charts: null where the server was not there. */
export class HistoryView {
  @Choice(Object.keys(RANGES)) range!: Range;
  @Whole({ description: 'How long each step is' }) stepSeconds!: number;
  @When({ description: 'When the first step began' }) from!: string;
  @Numbers({ description: 'When each step began: seconds since the epoch' }) at!: number[];
  @Numbers({ nullableItems: true }) onlineSessions!: (number | null)[];
  @Numbers({ nullableItems: true }) offlineSessions!: (number | null)[];
  @Numbers({ nullableItems: true }) queuedMessages!: (number | null)[];
  @Numbers({ nullableItems: true }) queuedBytes!: (number | null)[];
  @Numbers({ nullableItems: true }) messagesInPerSecond!: (number | null)[];
  @Numbers({ nullableItems: true }) messagesOutPerSecond!: (number | null)[];
  @Numbers({ nullableItems: true, description: 'Of topics, payloads and properties' })
  bytesInPerSecond!: (number | null)[];
  @Numbers({ nullableItems: true, description: 'In each step' }) droppedMessages!: (number | null)[];
}
