import { Body, Controller, Delete, Get, HttpCode, Inject, Param, Patch, Post, Query } from '@nestjs/common';
import { ApiCreatedResponse, ApiNoContentResponse, ApiOkResponse, ApiTags } from '@nestjs/swagger';
import { type Caller, CurrentCaller } from '../access.ts';
import { PageQuery } from '../paging.ts';
import { CreateTokenIssuer, TokenIssuerList, TokenIssuerView, UpdateTokenIssuer } from './issuers.dto.ts';
import { IssuersService } from './issuers.service.ts';

@ApiTags('token issuers')
@Controller('api/v1/tenants/:tenant/token-issuers')
export class IssuersController {
  constructor(@Inject(IssuersService) private readonly issuers: IssuersService) {}

  @Post()
  @ApiCreatedResponse({ type: TokenIssuerView })
  createTokenIssuer(
    @CurrentCaller() caller: Caller,
    @Param('tenant') tenant: string,
    @Body() body: CreateTokenIssuer,
  ) {
    return this.issuers.create(caller, tenant, body);
  }

  @Get()
  @ApiOkResponse({ type: TokenIssuerList })
  listTokenIssuers(
    @CurrentCaller() caller: Caller,
    @Param('tenant') tenant: string,
    @Query() query: PageQuery,
  ) {
    return this.issuers.list(caller, tenant, query);
  }

  @Get(':name')
  @ApiOkResponse({ type: TokenIssuerView })
  getTokenIssuer(
    @CurrentCaller() caller: Caller,
    @Param('tenant') tenant: string,
    @Param('name') name: string,
  ) {
    return this.issuers.get(caller, tenant, name);
  }

  @Patch(':name')
  @ApiOkResponse({ type: TokenIssuerView })
  updateTokenIssuer(
    @CurrentCaller() caller: Caller,
    @Param('tenant') tenant: string,
    @Param('name') name: string,
    @Body() body: UpdateTokenIssuer,
  ) {
    return this.issuers.update(caller, tenant, name, body);
  }

  @Delete(':name')
  @HttpCode(204)
  @ApiNoContentResponse()
  deleteTokenIssuer(
    @CurrentCaller() caller: Caller,
    @Param('tenant') tenant: string,
    @Param('name') name: string,
  ) {
    return this.issuers.delete(caller, tenant, name);
  }
}
