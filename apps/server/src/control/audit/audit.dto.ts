import { IntersectionType } from '@nestjs/swagger';
import { Anything, Choice, List, Text, When } from '../fields.ts';
import { PageQuery } from '../paging.ts';

export class AuditFilter {
  @Text({
    optional: true,
    max: 100,
    description: 'Beginning of the action: `credential`, `credential.create`',
  })
  action?: string;

  @Text({ optional: true, max: 1_000, description: 'Who did it' })
  actor?: string;

  @Text({ optional: true, max: 65_535, description: 'To what' })
  target?: string;

  @When({ optional: true })
  since?: string;

  @When({ optional: true })
  until?: string;
}

/** What the whole platform's audit can be narrowed to. */
export class PlatformAuditFilter extends AuditFilter {
  @Text({ optional: true, max: 63, description: 'Slug of a tenant, which may be gone' })
  tenant?: string;

  @Choice(['tenants', 'platform'], {
    optional: true,
    description: '`platform`: what concerns no tenant; `tenants`: what concerns one',
  })
  concerns?: 'tenants' | 'platform';
}

class ExportFormat {
  @Choice(['csv', 'json-lines'], { optional: true, default: 'csv' })
  format: 'csv' | 'json-lines' = 'csv';
}

export class AuditQuery extends IntersectionType(PageQuery, AuditFilter) {}
export class PlatformAuditQuery extends IntersectionType(PageQuery, PlatformAuditFilter) {}

export class AuditExportQuery extends IntersectionType(ExportFormat, AuditFilter) {}
export class PlatformAuditExportQuery extends IntersectionType(ExportFormat, PlatformAuditFilter) {}

export class AuditEntryView {
  @Text() id!: string;
  @When() at!: string;
  @Text({ nullable: true, description: 'null: it concerns the whole platform' }) tenant!: string | null;
  @Text({ description: '`person`, `api-key` or `server`' }) actorKind!: string;
  @Text({ description: 'E-mail address of a person, name of a key' }) actor!: string;
  @Text() remoteAddress!: string;
  @Text({ example: 'credential.rotate' }) action!: string;
  @Text() target!: string;
  @Anything({ nullable: true, description: 'What was changed, as it was; null: it is new' }) before!:
    object | null;
  @Anything({ nullable: true, description: 'As it is; null: it is gone' }) after!: object | null;
}

export class AuditList {
  @List(() => AuditEntryView) items!: AuditEntryView[];
  @Text({ nullable: true }) next!: string | null;
}
