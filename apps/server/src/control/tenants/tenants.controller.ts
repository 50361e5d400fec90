import { Body, Controller, Delete, Get, HttpCode, Inject, Param, Patch, Post, Query } from '@nestjs/common';
import { ApiAcceptedResponse, ApiCreatedResponse, ApiOkResponse, ApiTags } from '@nestjs/swagger';
import { type Caller, CurrentCaller } from '../access.ts';
import { PageQuery } from '../paging.ts';
import {
  CreateTenant,
  OverviewView,
  PermissionsView,
  TenantList,
  TenantView,
  UpdateTenant,
} from './tenants.dto.ts';
import { UsageView } from './quotas.dto.ts';
import { TenantsService } from './tenants.service.ts';

@ApiTags('tenants')
@Controller('api/v1/tenants')
export class TenantsController {
  constructor(@Inject(TenantsService) private readonly tenants: TenantsService) {}

  @Post()
  @ApiCreatedResponse({ type: TenantView })
  createTenant(@CurrentCaller() caller: Caller, @Body() body: CreateTenant) {
    return this.tenants.create(caller, body);
  }

  @Get()
  @ApiOkResponse({ type: TenantList })
  listTenants(@CurrentCaller() caller: Caller, @Query() query: PageQuery) {
    return this.tenants.list(caller, query);
  }

  @Get(':tenant')
  @ApiOkResponse({ type: TenantView })
  getTenant(@CurrentCaller() caller: Caller, @Param('tenant') tenant: string) {
    return this.tenants.get(caller, tenant);
  }

  @Patch(':tenant')
  @ApiOkResponse({ type: TenantView })
  updateTenant(@CurrentCaller() caller: Caller, @Param('tenant') tenant: string, @Body() body: UpdateTenant) {
    return this.tenants.update(caller, tenant, body);
  }

  @Delete(':tenant')
  @HttpCode(202)
  @ApiAcceptedResponse({ type: TenantView, description: 'It is being deleted in the background' })
  deleteTenant(@CurrentCaller() caller: Caller, @Param('tenant') tenant: string) {
    return this.tenants.delete(caller, tenant);
  }

  @Get(':tenant/permissions')
  @ApiOkResponse({ type: PermissionsView, description: 'What the caller may do there' })
  getPermissions(@CurrentCaller() caller: Caller, @Param('tenant') tenant: string) {
    return this.tenants.permissions(caller, tenant);
  }

  @Get(':tenant/usage')
  @ApiOkResponse({ type: UsageView })
  getUsage(@CurrentCaller() caller: Caller, @Param('tenant') tenant: string) {
    return this.tenants.usage(caller, tenant);
  }

  @Get(':tenant/overview')
  @ApiOkResponse({ type: OverviewView })
  getOverview(@CurrentCaller() caller: Caller, @Param('tenant') tenant: string) {
    return this.tenants.overview(caller, tenant);
  }
}
