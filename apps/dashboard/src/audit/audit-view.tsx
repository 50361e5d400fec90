'use client';

import { useQuery } from '@tanstack/react-query';
import { currentTime } from '@/format/clock.ts';
import { Choice } from '@/interface/choice.tsx';
import { FilterText } from '@/interface/filter-text.tsx';
import { LoadState } from '@/interface/load-state.tsx';
import { Menu } from '@/interface/menu.tsx';
import { PageHeading } from '@/interface/page-heading.tsx';
import { Pager } from '@/interface/pager.tsx';
import { useAddressFilter } from '@/interface/use-address-filter.ts';
import { useTrail } from '@/interface/use-trail.ts';
import { WITHIN } from '@/interface/within.ts';
import { useScope } from '@/tenants/use-tenant.ts';
import { AuditTable } from './audit-table.tsx';
import { AUDIT_FILTER, auditFile, auditQuery, type ExportFormat, PLATFORM_AUDIT_FILTER } from './audit.ts';

const CONCERNS = [
  { value: '', name: 'everything' },
  { value: 'tenants', name: 'tenants' },
  { value: 'platform', name: 'the platform alone' },
];

/** Who changed what in a tenant, or anywhere, the latest first. */
export function AuditView() {
  const tenant = useScope();
  const trail = useTrail();
  const ofPlatform = useAddressFilter(PLATFORM_AUDIT_FILTER);
  const ofTenant = useAddressFilter(AUDIT_FILTER);
  const { change } = ofPlatform;
  const { filter, isFiltered } = tenant === null ? ofPlatform : ofTenant;
  const { data, error } = useQuery(auditQuery(tenant, filter, trail.after));
  const save = (format: ExportFormat) =>
    window.location.assign(auditFile(tenant, filter, format, currentTime()));
  return (
    <>
      <PageHeading
        about="Who changed what, from where, and how it was before. No secrets are in it. The export has all that the filter matches."
        actions={
          <Menu
            label="Export"
            items={[
              { name: 'As CSV', onSelect: () => save('csv') },
              { name: 'As JSON lines', onSelect: () => save('json-lines') },
            ]}
          />
        }
      >
        {tenant === null ? 'Platform audit' : 'Audit'}
      </PageHeading>
      <div className="mb-4 flex flex-wrap items-center gap-3">
        <FilterText label="Beginning of the action" name="action" value={filter.action} change={change} />
        <FilterText label="Who did it" name="actor" value={filter.actor} change={change} hasKey={false} />
        <FilterText label="To what" name="target" value={filter.target} change={change} hasKey={false} />
        {tenant === null && (
          <>
            <FilterText
              label="Tenant"
              name="tenant"
              value={ofPlatform.filter.tenant}
              change={change}
              hasKey={false}
            />
            <Choice
              label="Concerns"
              value={ofPlatform.filter.concerns ?? ''}
              options={CONCERNS}
              onChange={(value) => change('concerns', value)}
            />
          </>
        )}
        <Choice
          label="Time"
          value={filter.within ?? ''}
          options={WITHIN}
          onChange={(value) => change('within', value)}
        />
      </div>
      <LoadState
        label="Changes"
        data={data}
        error={error}
        isEmpty={({ items }) => items.length === 0}
        empty={isFiltered ? 'No change matches.' : 'Nothing was changed yet.'}
      >
        {({ items }) => <AuditTable entries={items} hasTenants={tenant === null} change={change} />}
      </LoadState>
      {data !== undefined && <Pager trail={trail} next={data.next} />}
    </>
  );
}
