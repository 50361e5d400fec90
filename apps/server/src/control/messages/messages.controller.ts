import { Body, Controller, HttpCode, Inject, Param, Post } from '@nestjs/common';
import { ApiAcceptedResponse, ApiOkResponse, ApiTags } from '@nestjs/swagger';
import { type Caller, CurrentCaller } from '../access.ts';
import { PublishedMessages, PublishMessage, PublishMessages, PublishResult } from './messages.dto.ts';
import { MessagesService } from './messages.service.ts';

@ApiTags('messages')
@Controller('api/v1/tenants/:tenant/messages')
export class MessagesController {
  constructor(@Inject(MessagesService) private readonly messages: MessagesService) {}

  @Post()
  @HttpCode(202)
  @ApiAcceptedResponse({ type: PublishResult })
  publishMessage(
    @CurrentCaller() caller: Caller,
    @Param('tenant') tenant: string,
    @Body() body: PublishMessage,
  ) {
    return this.messages.publish(caller, tenant, body);
  }

  @Post('bulk')
  @HttpCode(200)
  @ApiOkResponse({ type: PublishedMessages, description: 'Durable; what became of each message' })
  publishMessages(
    @CurrentCaller() caller: Caller,
    @Param('tenant') tenant: string,
    @Body() body: PublishMessages,
  ) {
    return this.messages.publishAll(caller, tenant, body);
  }
}
