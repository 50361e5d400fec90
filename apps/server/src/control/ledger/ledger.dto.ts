import { DROP_REASONS } from '@restante/broker';
import { IntersectionType } from '@nestjs/swagger';
import { Amount, Choice, List, Text, When } from '../fields.ts';
import { PageQuery } from '../paging.ts';

const KINDS = ['dropped', 'refused'] as const;

export class LedgerFilter {
  @Choice(KINDS, { optional: true, description: 'refused: not taken from its publisher' })
  kind?: (typeof KINDS)[number];

  @Text({ optional: true, max: 1_024, description: 'Who did not get the messages, or was refused' })
  clientId?: string;

  @Text({ optional: true, description: 'A topic, or the topic filter of a queue' })
  topic?: string;

  @Choice(DROP_REASONS, { optional: true })
  reason?: (typeof DROP_REASONS)[number];

  @When({ optional: true })
  from?: string;

  @When({ optional: true, description: 'Exclusive' })
  to?: string;
}

export class LedgerQuery extends IntersectionType(PageQuery, LedgerFilter) {}

export class LedgerLine {
  @When({ description: 'Beginning of the minute' }) at!: string;
  @Choice(KINDS, { description: 'refused: not taken from its publisher' }) kind!: (typeof KINDS)[number];
  @Text({
    nullable: true,
    description: 'Who did not get them, or was refused; null: a shared group, or too many to be told apart',
  })
  clientId!: string | null;
  @Text({ nullable: true, description: 'Of the queue that they were in; null: none, or the session’s own' })
  topicFilter!: string | null;
  @Text({ nullable: true, description: 'null: not known, or too many' }) topic!: string | null;
  @Choice(DROP_REASONS) reason!: (typeof DROP_REASONS)[number];
  @Amount() messages!: number;
  @Amount({ nullable: true, description: 'null: not known of all of them' }) bytes!: number | null;
}

export class LedgerList {
  @List(() => LedgerLine) items!: LedgerLine[];
  @Text({ nullable: true }) next!: string | null;
}

export class LedgerSum {
  @Text({ nullable: true, description: 'null: not known, or nobody’s in particular' }) value!: string | null;
  @Choice(KINDS) kind!: (typeof KINDS)[number];
  @Amount() messages!: number;
  @Amount({ nullable: true, description: 'null: not known of all of them' }) bytes!: number | null;
}

export class LedgerSummary {
  @List(() => LedgerSum) byReason!: LedgerSum[];
  @List(() => LedgerSum, { description: 'At most ten, who lost most first' }) byClientId!: LedgerSum[];
  @List(() => LedgerSum, {
    description: 'The same by topic, or by topic filter where the topics are not known',
  })
  byTopic!: LedgerSum[];
}
