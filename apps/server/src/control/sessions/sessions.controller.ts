import { Body, Controller, Delete, Get, HttpCode, Inject, Param, Post, Query } from '@nestjs/common';
import { ApiNoContentResponse, ApiOkResponse, ApiTags } from '@nestjs/swagger';
import { type Caller, CurrentCaller } from '../access.ts';
import { PurgeQuery, PurgeResult, QueueList, QueueListQuery } from './queue.dto.ts';
import { RewindSession, RewoundSession } from './rewind.dto.ts';
import {
  ChangedSessions,
  ChangeSessions,
  DeleteAbsentSessions,
  DeletedSessions,
  InflightList,
  SessionDetailView,
  SessionList,
  SessionListQuery,
} from './sessions.dto.ts';
import { TransferQueue, TransferredQueue } from './transfer.dto.ts';
import { SessionsService } from './sessions.service.ts';

@ApiTags('sessions')
@Controller('api/v1/tenants/:tenant/sessions')
export class SessionsController {
  constructor(@Inject(SessionsService) private readonly sessions: SessionsService) {}

  @Get()
  @ApiOkResponse({ type: SessionList })
  listSessions(
    @CurrentCaller() caller: Caller,
    @Param('tenant') tenant: string,
    @Query() query: SessionListQuery,
  ) {
    return this.sessions.list(caller, tenant, query);
  }

  @Post('change')
  @HttpCode(200)
  @ApiOkResponse({ type: ChangedSessions, description: 'What became of each' })
  changeSessions(
    @CurrentCaller() caller: Caller,
    @Param('tenant') tenant: string,
    @Body() body: ChangeSessions,
  ) {
    return this.sessions.change(caller, tenant, body);
  }

  @Post('delete-absent')
  @HttpCode(200)
  @ApiOkResponse({ type: DeletedSessions, description: 'Of those that a filter leaves, a bounded number' })
  deleteAbsentSessions(
    @CurrentCaller() caller: Caller,
    @Param('tenant') tenant: string,
    @Body() body: DeleteAbsentSessions,
  ) {
    return this.sessions.deleteAbsent(caller, tenant, body);
  }

  @Get(':clientId')
  @ApiOkResponse({ type: SessionDetailView })
  getSession(
    @CurrentCaller() caller: Caller,
    @Param('tenant') tenant: string,
    @Param('clientId') clientId: string,
  ) {
    return this.sessions.get(caller, tenant, clientId);
  }

  @Delete(':clientId')
  @HttpCode(204)
  @ApiNoContentResponse()
  deleteSession(
    @CurrentCaller() caller: Caller,
    @Param('tenant') tenant: string,
    @Param('clientId') clientId: string,
  ) {
    return this.sessions.delete(caller, tenant, clientId);
  }

  @Post(':clientId/disconnect')
  @HttpCode(204)
  @ApiNoContentResponse()
  disconnectSession(
    @CurrentCaller() caller: Caller,
    @Param('tenant') tenant: string,
    @Param('clientId') clientId: string,
  ) {
    return this.sessions.disconnect(caller, tenant, clientId);
  }

  @Post(':clientId/rewind')
  @HttpCode(200)
  @ApiOkResponse({ type: RewoundSession })
  rewindSession(
    @CurrentCaller() caller: Caller,
    @Param('tenant') tenant: string,
    @Param('clientId') clientId: string,
    @Body() body: RewindSession,
  ) {
    return this.sessions.rewind(caller, tenant, clientId, body);
  }

  @Get(':clientId/inflight')
  @ApiOkResponse({ type: InflightList })
  listInflight(
    @CurrentCaller() caller: Caller,
    @Param('tenant') tenant: string,
    @Param('clientId') clientId: string,
  ) {
    return this.sessions.inflight(caller, tenant, clientId);
  }

  @Delete(':clientId/queue')
  @ApiOkResponse({ type: PurgeResult })
  purgeQueue(
    @CurrentCaller() caller: Caller,
    @Param('tenant') tenant: string,
    @Param('clientId') clientId: string,
    @Query() query: PurgeQuery,
  ) {
    return this.sessions.purge(caller, tenant, clientId, query);
  }

  @Get(':clientId/queue')
  @ApiOkResponse({ type: QueueList, description: 'In the order of delivery, what is in flight first' })
  listQueue(
    @CurrentCaller() caller: Caller,
    @Param('tenant') tenant: string,
    @Param('clientId') clientId: string,
    @Query() query: QueueListQuery,
  ) {
    return this.sessions.queue(caller, tenant, clientId, query);
  }

  @Post(':clientId/queue/copy')
  @HttpCode(200)
  @ApiOkResponse({ type: TransferredQueue, description: 'What waits is queued for the other session too' })
  copyQueue(
    @CurrentCaller() caller: Caller,
    @Param('tenant') tenant: string,
    @Param('clientId') clientId: string,
    @Body() body: TransferQueue,
  ) {
    return this.sessions.transfer(caller, tenant, clientId, 'copy', body);
  }

  @Post(':clientId/queue/move')
  @HttpCode(200)
  @ApiOkResponse({
    type: TransferredQueue,
    description: 'What waits is queued for the other session instead',
  })
  moveQueue(
    @CurrentCaller() caller: Caller,
    @Param('tenant') tenant: string,
    @Param('clientId') clientId: string,
    @Body() body: TransferQueue,
  ) {
    return this.sessions.transfer(caller, tenant, clientId, 'move', body);
  }

  @Delete(':clientId/queue/:id')
  @HttpCode(204)
  @ApiNoContentResponse()
  deleteQueuedMessage(
    @CurrentCaller() caller: Caller,
    @Param('tenant') tenant: string,
    @Param('clientId') clientId: string,
    @Param('id') id: string,
  ) {
    return this.sessions.deleteQueued(caller, tenant, clientId, id);
  }
}
