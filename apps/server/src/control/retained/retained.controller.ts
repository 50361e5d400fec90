import { Controller, Delete, Get, HttpCode, Inject, Param, Query } from '@nestjs/common';
import { ApiNoContentResponse, ApiOkResponse, ApiTags } from '@nestjs/swagger';
import { type Caller, CurrentCaller } from '../access.ts';
import { MessageView } from '../messages/message-view.ts';
import { RetainedList, RetainedListQuery } from './retained.dto.ts';
import { RetainedService } from './retained.service.ts';

@ApiTags('retained')
@Controller('api/v1/tenants/:tenant/retained')
export class RetainedController {
  constructor(@Inject(RetainedService) private readonly retained: RetainedService) {}

  @Get()
  @ApiOkResponse({ type: RetainedList, description: 'By topic' })
  listRetained(
    @CurrentCaller() caller: Caller,
    @Param('tenant') tenant: string,
    @Query() query: RetainedListQuery,
  ) {
    return this.retained.list(caller, tenant, query);
  }

  @Get(':topic')
  @ApiOkResponse({ type: MessageView })
  getRetained(
    @CurrentCaller() caller: Caller,
    @Param('tenant') tenant: string,
    @Param('topic') topic: string,
  ) {
    return this.retained.get(caller, tenant, topic);
  }

  @Delete(':topic')
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
