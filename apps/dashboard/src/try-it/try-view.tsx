'use client';

import { PageHeading } from '@/interface/page-heading.tsx';
import { useTenant } from '@/tenants/use-tenant.ts';
import { ChooseCredential } from './choose-credential.tsx';
import { TryDesk } from './try-desk.tsx';
import { useTryClient } from './use-try-client.ts';

/** An MQTT client in the browser. */
export function TryView() {
  const tenant = useTenant();
  const { client, state, begin, end } = useTryClient();
  return (
    <>
      <PageHeading about="An MQTT client in this page: subscribe, go offline, and see what waited for you when you come back.">
        Try it
      </PageHeading>
      {client === null ? (
        <ChooseCredential tenant={tenant} onChoose={begin} />
      ) : (
        <TryDesk tenant={tenant} client={client} state={state} onEnd={end} />
      )}
    </>
  );
}
