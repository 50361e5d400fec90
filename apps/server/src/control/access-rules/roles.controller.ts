import { Body, Controller, Delete, Get, HttpCode, Inject, Param, Patch, Post, Query } from '@nestjs/common';
import { ApiCreatedResponse, ApiNoContentResponse, ApiOkResponse, ApiTags } from '@nestjs/swagger';
import { type Caller, CurrentCaller } from '../access.ts';
import { PageQuery } from '../paging.ts';
import { CreateRole, RoleList, RoleView, UpdateRole } from './roles.dto.ts';
import { RolesService } from './roles.service.ts';

@ApiTags('roles')
@Controller('api/v1/tenants/:tenant/roles')
export class RolesController {
  constructor(@Inject(RolesService) private readonly roles: RolesService) {}

  @Post()
  @ApiCreatedResponse({ type: RoleView })
  createRole(@CurrentCaller() caller: Caller, @Param('tenant') tenant: string, @Body() body: CreateRole) {
    return this.roles.create(caller, tenant, body);
  }

  @Get()
  @ApiOkResponse({ type: RoleList })
  listRoles(@CurrentCaller() caller: Caller, @Param('tenant') tenant: string, @Query() query: PageQuery) {
    return this.roles.list(caller, tenant, query);
  }

  @Get(':name')
  @ApiOkResponse({ type: RoleView })
  getRole(@CurrentCaller() caller: Caller, @Param('tenant') tenant: string, @Param('name') name: string) {
    return this.roles.get(caller, tenant, name);
  }

  @Patch(':name')
  @ApiOkResponse({ type: RoleView })
  updateRole(
    @CurrentCaller() caller: Caller,
    @Param('tenant') tenant: string,
    @Param('name') name: string,
    @Body() body: UpdateRole,
  ) {
    return this.roles.update(caller, tenant, name, body);
  }

  @Delete(':name')
  @HttpCode(204)
  @ApiNoContentResponse()
  deleteRole(@CurrentCaller() caller: Caller, @Param('tenant') tenant: string, @Param('name') name: string) {
    return this.roles.delete(caller, tenant, name);
  }
}
