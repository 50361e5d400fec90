'use client';

import { type Policy } from '@restante/api-client';
import { useQuery } from '@tanstack/react-query';
import { FailureNote } from '@/interface/failure-note.tsx';
import { PageHeading } from '@/interface/page-heading.tsx';
import { useTenant } from '@/tenants/use-tenant.ts';
import { policiesQuery } from './policies.ts';
import { SettingList } from './setting-list.tsx';

/** The limits under which the tenant's sessions live, policy by policy. */
export function PoliciesView() {
  const { data, error } = useQuery(policiesQuery(useTenant()));
  return (
    <>
      <PageHeading about="A policy holds the limits of a session. A credential names one, or gets the default of its tenant. Policies are written through the API.">
        Policies
      </PageHeading>
      {data === undefined ? (
        <FailureNote error={error} />
      ) : (
        data.items.map((policy) => <PolicySettings key={policy.name} policy={policy} />)
      )}
    </>
  );
}

function PolicySettings({ policy: { name, isDefault, settings } }: { policy: Policy }) {
  return (
    <section data-testid={`policy-${name}`} className="mb-8">
      <h3 className="border-b border-frame pb-1 text-[13px]">
        <span className="font-mono font-medium">{name}</span>
        {isDefault && <span className="ml-3 text-quiet">the default</span>}
      </h3>
      <SettingList settings={settings} />
    </section>
  );
}
