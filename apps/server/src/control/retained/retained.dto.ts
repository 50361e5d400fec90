import { Amount, Flag, List, Text } from '../fields.ts';
import { MessageView, PayloadsQuery } from '../messages/message-view.ts';
import { PageQuery } from '../paging.ts';

export class RetainedListQuery extends PayloadsQuery {
  @Text({ optional: true, description: 'Only topics that this topic filter matches' })
  topicFilter?: string;
}

export class RetainedList {
  @List(() => MessageView) items!: MessageView[];
  @Text({
    nullable: true,
    description: 'There may be more also behind an empty page, where a topic filter matches little',
  })
  next!: string | null;
}

export class DeleteRetainedQuery {
  @Text({ min: 1, description: 'All that this topic filter matches' }) topicFilter!: string;
}

export class DeletedRetained {
  @Amount() deletedMessages!: number;
  @Flag({ description: 'false: what is left was too much for one go, ask again' }) isComplete!: boolean;
}

export class RetainedTopicsQuery extends PageQuery {
  @Text({
    optional: true,
    description:
      'The levels that follow this one, whose name may be empty; left out: those that topics begin with',
  })
  parent?: string;
}

export class RetainedTopicView {
  @Text({ description: 'Of the level alone' }) name!: string;
  @Text({ description: 'All levels down to this one' }) topic!: string;
  @Flag({ description: 'Something is retained for this topic' }) hasMessage!: boolean;
  @Amount({ description: 'Topics with something retained that go on from here' }) topicsBelow!: number;
}

export class RetainedTopicList {
  @List(() => RetainedTopicView) items!: RetainedTopicView[];
  @Text({ nullable: true }) next!: string | null;
}
