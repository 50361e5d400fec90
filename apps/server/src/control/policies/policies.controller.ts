import { Body, Controller, Delete, Get, HttpCode, Inject, Param, Patch, Post, Query } from '@nestjs/common';
import { ApiCreatedResponse, ApiNoContentResponse, ApiOkResponse, ApiTags } from '@nestjs/swagger';
import { type Caller, CurrentCaller } from '../access.ts';
import { PageQuery } from '../paging.ts';
import {
  CreatePolicy,
  DryRunPolicy,
  PolicyDryRun,
  PolicyList,
  PolicyView,
  UpdatePolicy,
} from './policies.dto.ts';
import { PoliciesService } from './policies.service.ts';

@ApiTags('policies')
@Controller('api/v1/tenants/:tenant/policies')
export class PoliciesController {
  constructor(@Inject(PoliciesService) private readonly policies: PoliciesService) {}

  @Post()
  @ApiCreatedResponse({ type: PolicyView })
  createPolicy(@CurrentCaller() caller: Caller, @Param('tenant') tenant: string, @Body() body: CreatePolicy) {
    return this.policies.create(caller, tenant, body);
  }

  @Get()
  @ApiOkResponse({ type: PolicyList })
  listPolicies(@CurrentCaller() caller: Caller, @Param('tenant') tenant: string, @Query() query: PageQuery) {
    return this.policies.list(caller, tenant, query);
  }

  @Get(':name')
  @ApiOkResponse({ type: PolicyView })
  getPolicy(@CurrentCaller() caller: Caller, @Param('tenant') tenant: string, @Param('name') name: string) {
    return this.policies.get(caller, tenant, name);
  }

  @Patch(':name')
  @ApiOkResponse({ type: PolicyView })
  updatePolicy(
    @CurrentCaller() caller: Caller,
    @Param('tenant') tenant: string,
    @Param('name') name: string,
    @Body() body: UpdatePolicy,
  ) {
    return this.policies.update(caller, tenant, name, body);
  }

  @Post(':name/dry-run')
  @HttpCode(200)
  @ApiOkResponse({ type: PolicyDryRun, description: 'What the change would do now; nothing is changed' })
  dryRunPolicy(
    @CurrentCaller() caller: Caller,
    @Param('tenant') tenant: string,
    @Param('name') name: string,
    @Body() body: DryRunPolicy,
  ) {
    return this.policies.dryRun(caller, tenant, name, body);
  }

  @Delete(':name')
  @HttpCode(204)
  @ApiNoContentResponse()
  deletePolicy(
    @CurrentCaller() caller: Caller,
    @Param('tenant') tenant: string,
    @Param('name') name: string,
  ) {
    return this.policies.delete(caller, tenant, name);
  }
}
