import { Amount, Text } from '../fields.ts';

export class TransferQueue {
  @Text({ description: 'Client identifier of the session that gets the messages' }) to!: string;

  @Text({ optional: true, description: 'Only messages that this topic filter matches' })
  topicFilter?: string;

  @Text({ optional: true, description: 'The `next` of the piece before' })
  after?: string;
}

export class TransferredQueue {
  @Amount({ description: 'Of this piece, which is no longer than 10,000 messages' }) messages!: number;
  @Amount() bytes!: number;
  @Text({ nullable: true, description: 'Pass as `after` for the rest; null: that was all' })
  next!: string | null;
}
