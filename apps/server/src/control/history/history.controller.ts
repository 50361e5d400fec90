import { Controller, Get, Inject, Param, Query } from '@nestjs/common';
import { ApiOkResponse, ApiTags } from '@nestjs/swagger';
import { type Caller, CurrentCaller } from '../access.ts';
import { HistoryQuery, HistoryView } from './history.dto.ts';
import { HistoryService } from './history.service.ts';

@ApiTags('history')
@Controller('api/v1')
export class HistoryController {
  constructor(@Inject(HistoryService) private readonly history: HistoryService) {}

  @Get('tenants/:tenant/history')
  @ApiOkResponse({ type: HistoryView })
  getHistory(@CurrentCaller() caller: Caller, @Param('tenant') tenant: string, @Query() query: HistoryQuery) {
    return this.history.ofTenant(caller, tenant, query);
  }

  @Get('history')
  @ApiOkResponse({ type: HistoryView, description: 'Of all tenants together' })
  getPlatformHistory(@CurrentCaller() caller: Caller, @Query() query: HistoryQuery) {
    return this.history.ofPlatform(caller, query);
  }
}
