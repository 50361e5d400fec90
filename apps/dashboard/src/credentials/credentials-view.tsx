'use client';

import type { IssuedCredential } from '@restante/api-client';
import { useQuery } from '@tanstack/react-query';
import { useSearchParams } from 'next/navigation';
import { useState } from 'react';
import { Button } from '@/interface/button.tsx';
import { LoadState } from '@/interface/load-state.tsx';
import { PageHeading } from '@/interface/page-heading.tsx';
import { Pager } from '@/interface/pager.tsx';
import { setSearch } from '@/interface/search-address.ts';
import { SearchField } from '@/interface/search-field.tsx';
import { useTrail } from '@/interface/use-trail.ts';
import { useMay } from '@/shell/permissions.ts';
import { useTenant } from '@/tenants/use-tenant.ts';
import { CreateCredentialForm } from './create-credential-form.tsx';
import { CredentialTable } from './credential-table.tsx';
import { credentialsQuery } from './credentials.ts';
import { ImportCredentials } from './import-credentials.tsx';
import { IssuedSecret } from './issued-secret.tsx';

export function CredentialsView({ mqttPort }: { mqttPort: number }) {
  const tenant = useTenant();
  const mayWrite = useMay(tenant, 'credentials:write');
  const trail = useTrail();
  const q = useSearchParams().get('q') ?? undefined;
  const { data, error } = useQuery(credentialsQuery(tenant, trail.after, q));
  const [doing, setDoing] = useState<'create' | 'import'>();
  const [issued, setIssued] = useState<IssuedCredential>();
  const end = () => setDoing(undefined);
  return (
    <>
      <PageHeading
        about="What clients log in with. A secret is shown once, when it is issued."
        actions={
          mayWrite &&
          doing === undefined && (
            <>
              <Button onClick={() => setDoing('import')}>Import CSV</Button>
              <Button look="ink" onClick={() => setDoing('create')}>
                Create credential
              </Button>
            </>
          )
        }
      >
        Credentials
      </PageHeading>
      {doing === 'create' && (
        <CreateCredentialForm
          tenant={tenant}
          onIssued={(credential) => {
            end();
            setIssued(credential);
          }}
          onCancel={end}
        />
      )}
      {doing === 'import' && <ImportCredentials tenant={tenant} onEnd={end} />}
      {issued !== undefined && (
        <IssuedSecret issued={issued} mqttPort={mqttPort} onClose={() => setIssued(undefined)} />
      )}
      <div className="mb-3">
        <SearchField label="Search credentials" value={q ?? ''} onSearch={search} />
      </div>
      <LoadState
        label="Credentials"
        data={data}
        error={error}
        isEmpty={({ items }) => items.length === 0}
        empty={
          q === undefined
            ? 'No credentials. A client needs one to connect to this tenant.'
            : `No credential holds "${q}" in its user name or label.`
        }
      >
        {({ items }) => <CredentialTable tenant={tenant} credentials={items} />}
      </LoadState>
      {data !== undefined && <Pager trail={trail} next={data.next} />}
    </>
  );
}

/** What is found begins at its first page. */
function search(text: string): void {
  setSearch(text === '' ? new URLSearchParams() : new URLSearchParams({ q: text }), true);
}
