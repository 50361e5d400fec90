import { Controller, Get, Inject, Param, Query } from '@nestjs/common';
import { ApiOkResponse, ApiTags } from '@nestjs/swagger';
import { type Caller, CurrentCaller } from '../access.ts';
import { LedgerFilter, LedgerList, LedgerQuery, LedgerSummary } from './ledger.dto.ts';
import { LedgerService } from './ledger.service.ts';

@ApiTags('ledger')
@Controller('api/v1/tenants/:tenant/ledger')
export class LedgerController {
  constructor(@Inject(LedgerService) private readonly ledger: LedgerService) {}

  @Get()
  @ApiOkResponse({ type: LedgerList, description: 'The newest minutes first' })
  listLedger(@CurrentCaller() caller: Caller, @Param('tenant') tenant: string, @Query() query: LedgerQuery) {
    return this.ledger.list(caller, tenant, query);
  }

  @Get('summary')
  @ApiOkResponse({ type: LedgerSummary })
  summarizeLedger(
    @CurrentCaller() caller: Caller,
    @Param('tenant') tenant: string,
    @Query() filter: LedgerFilter,
  ) {
    return this.ledger.summarize(caller, tenant, filter);
  }
}
