import { Body, Controller, Delete, Get, HttpCode, Inject, Param, Post, Query } from '@nestjs/common';
import { ApiCreatedResponse, ApiNoContentResponse, ApiOkResponse, ApiTags } from '@nestjs/swagger';
import { type Caller, CurrentCaller } from '../access.ts';
import { PageQuery } from '../paging.ts';
import { ApiKeyList, CreateApiKey, CreateTenantApiKey, IssuedApiKey } from './api-keys.dto.ts';
import { ApiKeysService } from './api-keys.service.ts';

@ApiTags('api-keys')
@Controller('api/v1')
export class ApiKeysController {
  constructor(@Inject(ApiKeysService) private readonly keys: ApiKeysService) {}

  @Post('tenants/:tenant/api-keys')
  @ApiCreatedResponse({ type: IssuedApiKey })
  createApiKey(
    @CurrentCaller() caller: Caller,
    @Param('tenant') tenant: string,
    @Body() body: CreateTenantApiKey,
  ) {
    return this.keys.create(caller, tenant, body);
  }

  @Get('tenants/:tenant/api-keys')
  @ApiOkResponse({ type: ApiKeyList })
  listApiKeys(@CurrentCaller() caller: Caller, @Param('tenant') tenant: string, @Query() query: PageQuery) {
    return this.keys.list(caller, tenant, query);
  }

  @Delete('tenants/:tenant/api-keys/:id')
  @HttpCode(204)
  @ApiNoContentResponse()
  deleteApiKey(@CurrentCaller() caller: Caller, @Param('tenant') tenant: string, @Param('id') id: string) {
    return this.keys.delete(caller, tenant, id);
  }

  @Post('api-keys')
  @ApiCreatedResponse({ type: IssuedApiKey })
  createPlatformApiKey(@CurrentCaller() caller: Caller, @Body() body: CreateApiKey) {
    return this.keys.create(caller, null, { ...body, role: 'platform-admin' });
  }

  @Get('api-keys')
  @ApiOkResponse({ type: ApiKeyList })
  listPlatformApiKeys(@CurrentCaller() caller: Caller, @Query() query: PageQuery) {
    return this.keys.list(caller, null, query);
  }

  @Delete('api-keys/:id')
  @HttpCode(204)
  @ApiNoContentResponse()
  deletePlatformApiKey(@CurrentCaller() caller: Caller, @Param('id') id: string) {
    return this.keys.delete(caller, null, id);
  }
}
