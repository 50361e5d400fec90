import { LOSS_REASONS } from '@restante/broker';
import { IntersectionType } from '@nestjs/swagger';
import { Amount, Choice, Flag, List, Part, Text, Texts, When, Whole } from '../fields.ts';
import { MessageView, PayloadsQuery } from '../messages/message-view.ts';

const PROBLEMS = ['no-session', 'not-durable', 'too-much'] as const;
const MAX_AT_A_TIME = 1_000;

export class DeadLetterFilter {
  @Text({ optional: true, max: 1_024, description: 'Of the session that lost them' })
  clientId?: string;

  @Text({ optional: true, description: 'Only messages that this topic filter matches' })
  topicFilter?: string;

  @Choice(LOSS_REASONS, { optional: true })
  reason?: (typeof LOSS_REASONS)[number];
}

export class DeadLetterListQuery extends IntersectionType(PayloadsQuery, DeadLetterFilter) {}

export class DeadLetterView {
  @Text() id!: string;
  @When({ description: 'When it was lost' }) at!: string;
  @Text({ description: 'Of the session that lost it' }) clientId!: string;
  @Text({ nullable: true, description: 'Subscription that brought it; null: it was for this session alone' })
  topicFilter!: string | null;
  @Choice(LOSS_REASONS) reason!: (typeof LOSS_REASONS)[number];
  @Part(() => MessageView) message!: MessageView;
}

export class DeadLetterList {
  @List(() => DeadLetterView) items!: DeadLetterView[];
  @Text({ nullable: true }) next!: string | null;
}

export class DeadLettersDeleted {
  @Whole() deletedMessages!: number;
}

export class RequeueDeadLetters extends DeadLetterFilter {
  @Texts({
    optional: true,
    max: MAX_AT_A_TIME,
    maxLength: 20,
    description: 'These; else what the others say',
  })
  ids?: string[];

  @Text({
    optional: true,
    max: 1_024,
    description: 'Client identifier of the session that gets them; else who lost them',
  })
  to?: string;
}

export class LeftDeadLetters {
  @Text() clientId!: string;
  @Whole() messages!: number;
  @Choice(PROBLEMS, { description: 'too-much: its queue cannot take them' })
  problem!: (typeof PROBLEMS)[number];
}

export class RequeuedDeadLetters {
  @Whole({ description: 'Queued again; they are dead letters no more' }) messages!: number;
  @Amount() bytes!: number;
  @List(() => LeftDeadLetters, { description: 'Sessions for which nothing was queued' })
  left!: LeftDeadLetters[];
  @Flag({ description: 'false: there are more, ask again' }) isComplete!: boolean;
}
