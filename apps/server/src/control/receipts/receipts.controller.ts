import { Controller, Get, Inject, Param, Query } from '@nestjs/common';
import { ApiOkResponse, ApiTags } from '@nestjs/swagger';
import { type Caller, CurrentCaller } from '../access.ts';
import { PageQuery } from '../paging.ts';
import { ReceiptView } from './receipts.dto.ts';
import { ReceiptsService } from './receipts.service.ts';

@ApiTags('messages')
@Controller('api/v1/tenants/:tenant/receipts')
export class ReceiptsController {
  constructor(@Inject(ReceiptsService) private readonly receipts: ReceiptsService) {}

  @Get(':id')
  @ApiOkResponse({ type: ReceiptView, description: 'What became of the message, session by session' })
  getReceipt(
    @CurrentCaller() caller: Caller,
    @Param('tenant') tenant: string,
    @Param('id') id: string,
    @Query() query: PageQuery,
  ) {
    return this.receipts.get(caller, tenant, id, query);
  }
}
