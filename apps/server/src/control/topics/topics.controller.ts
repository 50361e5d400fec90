import { Controller, Get, Inject, Param, Query } from '@nestjs/common';
import { ApiOkResponse, ApiTags } from '@nestjs/swagger';
import { type Caller, CurrentCaller } from '../access.ts';
import { TopicList, TopicListQuery } from './topics.dto.ts';
import { TopicsService } from './topics.service.ts';

@ApiTags('topics')
@Controller('api/v1/tenants/:tenant/topics')
export class TopicsController {
  constructor(@Inject(TopicsService) private readonly topics: TopicsService) {}

  @Get()
  @ApiOkResponse({ type: TopicList, description: 'Topics that messages came to since the start' })
  listTopics(
    @CurrentCaller() caller: Caller,
    @Param('tenant') tenant: string,
    @Query() query: TopicListQuery,
  ) {
    return this.topics.list(caller, tenant, query);
  }
}
