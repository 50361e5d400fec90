'use client';

import { useQuery } from '@tanstack/react-query';
import Link from 'next/link';
import { credentialQuery } from '@/credentials/credentials.ts';
import { SectionHeading } from '@/interface/heading.tsx';
import { policiesQuery } from '@/policies/policies.ts';
import { SettingList } from '@/policies/setting-list.tsx';

/** The limits under which the session lives: those of its credential's policy, or the tenant's default. */
export function PolicyInForce({ tenant, username }: { tenant: string; username: string }) {
  const { data: credential, error } = useQuery(credentialQuery(tenant, username));
  const { data: policies } = useQuery(policiesQuery(tenant));
  const name = credential?.policy ?? null;
  const policy = policies?.items.find((one) => (name === null ? one.isDefault : one.name === name));
  const isKnown = (credential !== undefined || error !== null) && policy !== undefined;
  return (
    <section aria-label="Policy in force">
      <SectionHeading
        actions={
          isKnown && (
            <Link href={`/tenants/${tenant}/policies`} className="door font-mono text-[13px]">
              {policy.name}
            </Link>
          )
        }
      >
        Policy in force
      </SectionHeading>
      {error !== null && (
        <p className="text-[13px] text-quiet">The credential {username} is gone: the default policy holds.</p>
      )}
      {isKnown && (
        <div className="border-t border-hairline">
          <SettingList settings={policy.settings} />
        </div>
      )}
    </section>
  );
}
