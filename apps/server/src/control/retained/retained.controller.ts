import { Controller, Delete, Get, HttpCode, Inject, Param, Query } from '@nestjs/common';
import { ApiNoContentResponse, ApiOkResponse, ApiTags } from '@nestjs/swagger';
import { type Caller, CurrentCaller } from '../access.ts';
import { MessageView } from '../messages/message-view.ts';
import {
  DeletedRetained,
  DeleteRetainedQuery,
  RetainedList,
  RetainedListQuery,
  RetainedTopicList,
  RetainedTopicsQuery,
} from './retained.dto.ts';
import { RetainedService } from './retained.service.ts';

@ApiTags('retained')
@Controller('api/v1/tenants/:tenant')
export class RetainedController {
  constructor(@Inject(RetainedService) private readonly retained: RetainedService) {}

  @Get('retained')
  @ApiOkResponse({ type: RetainedList, description: 'By topic' })
  listRetained(
    @CurrentCaller() caller: Caller,
    @Param('tenant') tenant: string,
    @Query() query: RetainedListQuery,
  ) {
    return this.retained.list(caller, tenant, query);
  }

  @Delete('retained')
  @ApiOkResponse({ type: DeletedRetained })
  deleteRetainedMatching(
    @CurrentCaller() caller: Caller,
    @Param('tenant') tenant: string,
    @Query() query: DeleteRetainedQuery,
  ) {
    return this.retained.deleteMatching(caller, tenant, query);
  }

  @Get('retained-topics')
  @ApiOkResponse({ type: RetainedTopicList, description: 'One level of the tree of topics, by name' })
  listRetainedTopics(
    @CurrentCaller() caller: Caller,
    @Param('tenant') tenant: string,
    @Query() query: RetainedTopicsQuery,
  ) {
    return this.retained.listTopics(caller, tenant, query);
  }

  @Get('retained/:topic')
  @ApiOkResponse({ type: MessageView })
  getRetained(
    @CurrentCaller() caller: Caller,
    @Param('tenant') tenant: string,
    @Param('topic') topic: string,
  ) {
    return this.retained.get(caller, tenant, topic);
  }

  @Delete('retained/:topic')
  @HttpCode(204)
  @ApiNoContentResponse()
  deleteRetained(
    @CurrentCaller() caller: Caller,
    @Param('tenant') tenant: string,
    @Param('topic') topic: string,
  ) {
    return this.retained.delete(caller, tenant, topic);
  }
}
