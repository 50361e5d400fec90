import { Controller, Get, Inject, Param, Query } from '@nestjs/common';
import { ApiOkResponse, ApiTags } from '@nestjs/swagger';
import { type Caller, CurrentCaller } from '../access.ts';
import { PageQuery } from '../paging.ts';
import { SessionEventList } from './session-events.dto.ts';
import { SessionEventsService } from './session-events.service.ts';

@ApiTags('sessions')
@Controller('api/v1/tenants/:tenant/sessions/:clientId/events')
export class SessionEventsController {
  constructor(@Inject(SessionEventsService) private readonly events: SessionEventsService) {}

  @Get()
  @ApiOkResponse({
    type: SessionEventList,
    description: 'The newest first, those of earlier sessions of the client identifier included',
  })
  listSessionEvents(
    @CurrentCaller() caller: Caller,
    @Param('tenant') tenant: string,
    @Param('clientId') clientId: string,
    @Query() query: PageQuery,
  ) {
    return this.events.list(caller, tenant, clientId, query);
  }
}
