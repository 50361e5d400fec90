import { Body, Controller, Delete, Get, HttpCode, Inject, Param, Patch, Post, Query } from '@nestjs/common';
import { ApiBody, ApiCreatedResponse, ApiNoContentResponse, ApiOkResponse, ApiTags } from '@nestjs/swagger';
import { type Caller, CurrentCaller } from '../access.ts';
import {
  AccessDecision,
  CheckAccess,
  CreateCredential,
  CredentialList,
  CredentialListQuery,
  CredentialView,
  IssuedCredential,
  RotateCredential,
  UpdateCredential,
} from './credentials.dto.ts';
import { ImportCredentials, ImportResult } from './import.dto.ts';
import { CredentialsService } from './credentials.service.ts';

@ApiTags('credentials')
@Controller('api/v1/tenants/:tenant/credentials')
export class CredentialsController {
  constructor(@Inject(CredentialsService) private readonly credentials: CredentialsService) {}

  @Post()
  @ApiCreatedResponse({ type: IssuedCredential })
  createCredential(
    @CurrentCaller() caller: Caller,
    @Param('tenant') tenant: string,
    @Body() body: CreateCredential,
  ) {
    return this.credentials.create(caller, tenant, body);
  }

  @Post('import')
  @HttpCode(200)
  @ApiOkResponse({ type: ImportResult, description: 'What became of each line' })
  importCredentials(
    @CurrentCaller() caller: Caller,
    @Param('tenant') tenant: string,
    @Body() body: ImportCredentials,
  ) {
    return this.credentials.import(caller, tenant, body);
  }

  @Get()
  @ApiOkResponse({ type: CredentialList })
  listCredentials(
    @CurrentCaller() caller: Caller,
    @Param('tenant') tenant: string,
    @Query() query: CredentialListQuery,
  ) {
    return this.credentials.list(caller, tenant, query);
  }

  @Get(':username')
  @ApiOkResponse({ type: CredentialView })
  getCredential(
    @CurrentCaller() caller: Caller,
    @Param('tenant') tenant: string,
    @Param('username') username: string,
  ) {
    return this.credentials.get(caller, tenant, username);
  }

  @Patch(':username')
  @ApiOkResponse({ type: CredentialView })
  updateCredential(
    @CurrentCaller() caller: Caller,
    @Param('tenant') tenant: string,
    @Param('username') username: string,
    @Body() body: UpdateCredential,
  ) {
    return this.credentials.update(caller, tenant, username, body);
  }

  @Post(':username/rotate')
  @ApiBody({ type: RotateCredential, required: false })
  @ApiCreatedResponse({ type: IssuedCredential })
  rotateCredential(
    @CurrentCaller() caller: Caller,
    @Param('tenant') tenant: string,
    @Param('username') username: string,
    @Body() body: RotateCredential,
  ) {
    return this.credentials.rotate(caller, tenant, username, body);
  }

  @Post(':username/check')
  @HttpCode(200)
  @ApiOkResponse({ type: AccessDecision, description: 'Whether it may, and which rule says so' })
  checkAccess(
    @CurrentCaller() caller: Caller,
    @Param('tenant') tenant: string,
    @Param('username') username: string,
    @Body() body: CheckAccess,
  ) {
    return this.credentials.check(caller, tenant, username, body);
  }

  @Delete(':username')
  @HttpCode(204)
  @ApiNoContentResponse()
  deleteCredential(
    @CurrentCaller() caller: Caller,
    @Param('tenant') tenant: string,
    @Param('username') username: string,
  ) {
    return this.credentials.delete(caller, tenant, username);
  }
}
