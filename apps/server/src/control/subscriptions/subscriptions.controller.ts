import { Controller, Get, Inject, Param, Query } from '@nestjs/common';
import { ApiOkResponse, ApiTags } from '@nestjs/swagger';
import { type Caller, CurrentCaller } from '../access.ts';
import { SubscriptionList, SubscriptionListQuery } from './subscriptions.dto.ts';
import { SubscriptionsService } from './subscriptions.service.ts';

@ApiTags('subscriptions')
@Controller('api/v1/tenants/:tenant/subscriptions')
export class SubscriptionsController {
  constructor(@Inject(SubscriptionsService) private readonly subscriptions: SubscriptionsService) {}

  @Get()
  @ApiOkResponse({ type: SubscriptionList, description: 'By topic filter' })
  listSubscriptions(
    @CurrentCaller() caller: Caller,
    @Param('tenant') tenant: string,
    @Query() query: SubscriptionListQuery,
  ) {
    return this.subscriptions.list(caller, tenant, query);
  }
}
