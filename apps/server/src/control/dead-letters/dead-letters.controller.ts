import { Body, Controller, Delete, Get, HttpCode, Inject, Param, Post, Query } from '@nestjs/common';
import { ApiNoContentResponse, ApiOkResponse, ApiTags } from '@nestjs/swagger';
import { type Caller, CurrentCaller } from '../access.ts';
import {
  DeadLetterFilter,
  DeadLetterList,
  DeadLetterListQuery,
  DeadLettersDeleted,
  DeadLetterView,
  RequeueDeadLetters,
  RequeuedDeadLetters,
} from './dead-letters.dto.ts';
import { DeadLettersService } from './dead-letters.service.ts';

@ApiTags('dead letters')
@Controller('api/v1/tenants/:tenant/dead-letters')
export class DeadLettersController {
  constructor(@Inject(DeadLettersService) private readonly letters: DeadLettersService) {}

  @Get()
  @ApiOkResponse({ type: DeadLetterList, description: 'The newest first' })
  listDeadLetters(
    @CurrentCaller() caller: Caller,
    @Param('tenant') tenant: string,
    @Query() query: DeadLetterListQuery,
  ) {
    return this.letters.list(caller, tenant, query);
  }

  @Delete()
  @ApiOkResponse({ type: DeadLettersDeleted })
  deleteDeadLetters(
    @CurrentCaller() caller: Caller,
    @Param('tenant') tenant: string,
    @Query() filter: DeadLetterFilter,
  ) {
    return this.letters.deleteAll(caller, tenant, filter);
  }

  @Post('requeue')
  @HttpCode(200)
  @ApiOkResponse({ type: RequeuedDeadLetters, description: 'Up to 1,000 at a time, the oldest first' })
  requeueDeadLetters(
    @CurrentCaller() caller: Caller,
    @Param('tenant') tenant: string,
    @Body() body: RequeueDeadLetters,
  ) {
    return this.letters.requeue(caller, tenant, body);
  }

  @Get(':id')
  @ApiOkResponse({ type: DeadLetterView })
  getDeadLetter(@CurrentCaller() caller: Caller, @Param('tenant') tenant: string, @Param('id') id: string) {
    return this.letters.get(caller, tenant, id);
  }

  @Delete(':id')
  @HttpCode(204)
  @ApiNoContentResponse()
  deleteDeadLetter(
    @CurrentCaller() caller: Caller,
    @Param('tenant') tenant: string,
    @Param('id') id: string,
  ) {
    return this.letters.delete(caller, tenant, id);
  }
}
