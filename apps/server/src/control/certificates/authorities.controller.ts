import {
  Body,
  Controller,
  Delete,
  Get,
  HttpCode,
  Inject,
  Param,
  Patch,
  Post,
  Put,
  Query,
} from '@nestjs/common';
import { ApiCreatedResponse, ApiNoContentResponse, ApiOkResponse, ApiTags } from '@nestjs/swagger';
import { type Caller, CurrentCaller } from '../access.ts';
import { PageQuery } from '../paging.ts';
import {
  CertificateAuthorityList,
  CertificateAuthorityView,
  CreateCertificateAuthority,
  PutRevocationList,
  RevocationResult,
  RevokeCertificates,
  RevokedCertificateList,
  UpdateCertificateAuthority,
} from './authorities.dto.ts';
import { AuthoritiesService } from './authorities.service.ts';
import { RevocationsService } from './revocations.service.ts';

@ApiTags('certificate authorities')
@Controller('api/v1/tenants/:tenant/certificate-authorities')
export class AuthoritiesController {
  constructor(
    @Inject(AuthoritiesService) private readonly authorities: AuthoritiesService,
    @Inject(RevocationsService) private readonly revocations: RevocationsService,
  ) {}

  @Post()
  @ApiCreatedResponse({ type: CertificateAuthorityView })
  createCertificateAuthority(
    @CurrentCaller() caller: Caller,
    @Param('tenant') tenant: string,
    @Body() body: CreateCertificateAuthority,
  ) {
    return this.authorities.create(caller, tenant, body);
  }

  @Get()
  @ApiOkResponse({ type: CertificateAuthorityList })
  listCertificateAuthorities(
    @CurrentCaller() caller: Caller,
    @Param('tenant') tenant: string,
    @Query() query: PageQuery,
  ) {
    return this.authorities.list(caller, tenant, query);
  }

  @Get(':name')
  @ApiOkResponse({ type: CertificateAuthorityView })
  getCertificateAuthority(
    @CurrentCaller() caller: Caller,
    @Param('tenant') tenant: string,
    @Param('name') name: string,
  ) {
    return this.authorities.get(caller, tenant, name);
  }

  @Patch(':name')
  @ApiOkResponse({ type: CertificateAuthorityView })
  updateCertificateAuthority(
    @CurrentCaller() caller: Caller,
    @Param('tenant') tenant: string,
    @Param('name') name: string,
    @Body() body: UpdateCertificateAuthority,
  ) {
    return this.authorities.update(caller, tenant, name, body);
  }

  @Delete(':name')
  @HttpCode(204)
  @ApiNoContentResponse()
  deleteCertificateAuthority(
    @CurrentCaller() caller: Caller,
    @Param('tenant') tenant: string,
    @Param('name') name: string,
  ) {
    return this.authorities.delete(caller, tenant, name);
  }

  @Put(':name/crl')
  @ApiOkResponse({
    type: CertificateAuthorityView,
    description: 'The list is in force, in the place of the one before',
  })
  putRevocationList(
    @CurrentCaller() caller: Caller,
    @Param('tenant') tenant: string,
    @Param('name') name: string,
    @Body() body: PutRevocationList,
  ) {
    return this.revocations.putList(caller, tenant, name, body);
  }

  @Get(':name/revoked')
  @ApiOkResponse({ type: RevokedCertificateList })
  listRevokedCertificates(
    @CurrentCaller() caller: Caller,
    @Param('tenant') tenant: string,
    @Param('name') name: string,
    @Query() query: PageQuery,
  ) {
    return this.revocations.list(caller, tenant, name, query);
  }

  @Post(':name/revoked')
  @HttpCode(200)
  @ApiOkResponse({ type: RevocationResult, description: 'Their connections are closed' })
  revokeCertificates(
    @CurrentCaller() caller: Caller,
    @Param('tenant') tenant: string,
    @Param('name') name: string,
    @Body() body: RevokeCertificates,
  ) {
    return this.revocations.revoke(caller, tenant, name, body);
  }

  @Delete(':name/revoked/:serialNumber')
  @HttpCode(204)
  @ApiNoContentResponse()
  restoreCertificate(
    @CurrentCaller() caller: Caller,
    @Param('tenant') tenant: string,
    @Param('name') name: string,
    @Param('serialNumber') serialNumber: string,
  ) {
    return this.revocations.restore(caller, tenant, name, serialNumber);
  }
}
