import { Amount, Choice, Flag, List, Text, When } from '../fields.ts';
import { PageQuery } from '../paging.ts';

const SORTS = ['topic', 'messages', 'messagesPerSecond'] as const;

export class TopicListQuery extends PageQuery {
  @Text({ optional: true, description: 'Levels below these, as `a/b`; left out: the first levels' })
  parent?: string;

  @Text({ optional: true, max: 200, description: 'Part of a topic name: whole topics instead of levels' })
  q?: string;

  @Choice(SORTS, { optional: true, description: 'But for topic: the most first' })
  sort?: (typeof SORTS)[number];
}

/** A topic, or all topics that begin with the same levels. */
export class TopicView {
  @Text({ description: 'As far as the level that is listed' }) topic!: string;
  @Amount({ description: 'Topics below that level' }) childTopics!: number;
  @Amount({ description: 'Since the start, or since the topic was last forgotten' }) messages!: number;
  @Amount({ description: 'Over about the last ten to twenty seconds' }) messagesPerSecond!: number;
  @Amount({ description: 'Of topics, payloads and properties' }) bytes!: number;
  @When() lastAt!: string;
  @Flag({ description: 'The topic itself has a retained message' }) isRetained!: boolean;
}

export class TopicList {
  @List(() => TopicView) items!: TopicView[];
  @Text({ nullable: true }) next!: string | null;
  @Flag({
    description: 'Some topics are not known any more: the quietest have made room for others',
  })
  hasForgotten!: boolean;
}
