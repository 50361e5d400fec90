import { Controller, Get, Inject, Param, Query } from '@nestjs/common';
import { ApiOkResponse, ApiTags } from '@nestjs/swagger';
import { type Caller, CurrentCaller } from '../access.ts';
import { AuditList, AuditQuery } from './audit.dto.ts';
import { AuditService } from './audit.service.ts';

@ApiTags('audit')
@Controller('api/v1')
export class AuditController {
  constructor(@Inject(AuditService) private readonly audit: AuditService) {}

  @Get('tenants/:tenant/audit')
  @ApiOkResponse({ type: AuditList })
  listAudit(@CurrentCaller() caller: Caller, @Param('tenant') tenant: string, @Query() query: AuditQuery) {
    return this.audit.list(caller, tenant, query);
  }

  @Get('audit')
  @ApiOkResponse({ type: AuditList })
  listPlatformAudit(@CurrentCaller() caller: Caller, @Query() query: AuditQuery) {
    return this.audit.listAll(caller, query);
  }
}
