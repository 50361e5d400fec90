import { List, Text } from '../fields.ts';
import { MessageView, PayloadsQuery } from '../messages/message-view.ts';

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
