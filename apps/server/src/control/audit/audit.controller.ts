import { Controller, Get, Inject, Param, Query, StreamableFile } from '@nestjs/common';
import { ApiExcludeEndpoint, ApiOkResponse, ApiTags } from '@nestjs/swagger';
import { Readable } from 'node:stream';
import { type Caller, CurrentCaller } from '../access.ts';
import {
  AuditExportQuery,
  AuditList,
  AuditQuery,
  PlatformAuditExportQuery,
  PlatformAuditQuery,
} from './audit.dto.ts';
import { FORMATS } from './audit-export.ts';
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
  listPlatformAudit(@CurrentCaller() caller: Caller, @Query() query: PlatformAuditQuery) {
    return this.audit.listAll(caller, query);
  }

  /** A file, which a browser keeps: no operation of GraphQL. */
  @Get('tenants/:tenant/audit/export')
  @ApiExcludeEndpoint()
  async exportAudit(
    @CurrentCaller() caller: Caller,
    @Param('tenant') tenant: string,
    @Query() query: AuditExportQuery,
  ) {
    return file(query, await this.audit.export(caller, tenant, query));
  }

  @Get('audit/export')
  @ApiExcludeEndpoint()
  async exportPlatformAudit(@CurrentCaller() caller: Caller, @Query() query: PlatformAuditExportQuery) {
    return file(query, await this.audit.exportAll(caller, query));
  }
}

function file({ format }: AuditExportQuery, lines: AsyncIterable<string>): StreamableFile {
  const { type, file } = FORMATS[format];
  const disposition = `attachment; filename="${file}"`;
  return new StreamableFile(Readable.from(lines, { objectMode: false }), { type, disposition });
}
