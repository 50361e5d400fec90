import { Body, Controller, Delete, Get, HttpCode, Inject, Param, Patch, Post, Query } from '@nestjs/common';
import { ApiBody, ApiCreatedResponse, ApiNoContentResponse, ApiOkResponse, ApiTags } from '@nestjs/swagger';
import { type Caller, CurrentCaller } from '../access.ts';
import { PageQuery } from '../paging.ts';
import { DeliveriesService } from './deliveries.service.ts';
import {
  CreateWebhook,
  IssuedWebhook,
  RotateWebhookSecret,
  UpdateWebhook,
  WebhookDeliveryList,
  WebhookDeliveryView,
  WebhookList,
  WebhookTest,
  WebhookView,
} from './webhooks.dto.ts';
import { WebhooksService } from './webhooks.service.ts';

@ApiTags('webhooks')
@Controller('api/v1/tenants/:tenant/webhooks')
export class WebhooksController {
  constructor(
    @Inject(WebhooksService) private readonly webhooks: WebhooksService,
    @Inject(DeliveriesService) private readonly deliveries: DeliveriesService,
  ) {}

  @Post()
  @ApiCreatedResponse({ type: IssuedWebhook })
  createWebhook(
    @CurrentCaller() caller: Caller,
    @Param('tenant') tenant: string,
    @Body() body: CreateWebhook,
  ) {
    return this.webhooks.create(caller, tenant, body);
  }

  @Get()
  @ApiOkResponse({ type: WebhookList })
  listWebhooks(@CurrentCaller() caller: Caller, @Param('tenant') tenant: string, @Query() query: PageQuery) {
    return this.webhooks.list(caller, tenant, query);
  }

  @Get(':id')
  @ApiOkResponse({ type: WebhookView })
  getWebhook(@CurrentCaller() caller: Caller, @Param('tenant') tenant: string, @Param('id') id: string) {
    return this.webhooks.get(caller, tenant, id);
  }

  @Patch(':id')
  @ApiOkResponse({ type: WebhookView })
  updateWebhook(
    @CurrentCaller() caller: Caller,
    @Param('tenant') tenant: string,
    @Param('id') id: string,
    @Body() body: UpdateWebhook,
  ) {
    return this.webhooks.update(caller, tenant, id, body);
  }

  @Delete(':id')
  @HttpCode(204)
  @ApiNoContentResponse()
  deleteWebhook(@CurrentCaller() caller: Caller, @Param('tenant') tenant: string, @Param('id') id: string) {
    return this.webhooks.delete(caller, tenant, id);
  }

  @Post(':id/rotate-secret')
  @ApiBody({ type: RotateWebhookSecret, required: false })
  @ApiCreatedResponse({ type: IssuedWebhook })
  rotateWebhookSecret(
    @CurrentCaller() caller: Caller,
    @Param('tenant') tenant: string,
    @Param('id') id: string,
    @Body() body: RotateWebhookSecret,
  ) {
    return this.webhooks.rotateSecret(caller, tenant, id, body);
  }

  @Post(':id/test')
  @HttpCode(200)
  @ApiOkResponse({ type: WebhookTest, description: 'What became of an event `ping` that was sent now, once' })
  testWebhook(@CurrentCaller() caller: Caller, @Param('tenant') tenant: string, @Param('id') id: string) {
    return this.webhooks.test(caller, tenant, id);
  }

  @Get(':id/deliveries')
  @ApiOkResponse({ type: WebhookDeliveryList, description: 'The latest first' })
  listWebhookDeliveries(
    @CurrentCaller() caller: Caller,
    @Param('tenant') tenant: string,
    @Param('id') id: string,
    @Query() query: PageQuery,
  ) {
    return this.deliveries.list(caller, tenant, id, query);
  }

  @Post(':id/deliveries/:delivery/redeliver')
  @HttpCode(200)
  @ApiOkResponse({ type: WebhookDeliveryView, description: 'It is sent again, as soon as may be' })
  redeliver(
    @CurrentCaller() caller: Caller,
    @Param('tenant') tenant: string,
    @Param('id') id: string,
    @Param('delivery') delivery: string,
  ) {
    return this.deliveries.redeliver(caller, tenant, id, delivery);
  }
}
