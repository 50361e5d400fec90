'use client';

import type { Person } from '@restante/api-client';
import { useQuery } from '@tanstack/react-query';
import { LoadState } from '@/interface/load-state.tsx';
import { PageHeading } from '@/interface/page-heading.tsx';
import { meQuery } from '@/people/people.ts';
import { LoginSection } from './login-section.tsx';
import { PasswordSection } from './password-section.tsx';
import { SecondFactorSection } from './second-factor-section.tsx';

/** One's own login: its password, its second factor, and where it is in use. */
export function AccountView() {
  const { data, error } = useQuery(meQuery);
  return (
    <>
      <PageHeading about={data === undefined ? undefined : whoIs(data)}>Your account</PageHeading>
      <LoadState label="Your account" data={data} error={error} rows={6}>
        {({ hasTwoFactor }) => (
          <div className="flex flex-col gap-8">
            <PasswordSection />
            <SecondFactorSection isOn={hasTwoFactor} />
            <LoginSection />
          </div>
        )}
      </LoadState>
    </>
  );
}

function whoIs({ name, email, isPlatformAdmin }: Person): string {
  return `${name}, ${email}${isPlatformAdmin ? ', administrator of the platform' : ''}.`;
}
