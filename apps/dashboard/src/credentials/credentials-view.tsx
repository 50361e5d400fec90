'use client';

import { type Credential, type IssuedCredential } from '@restante/api-client';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { Button } from '@/interface/button.tsx';
import { EmptyNote } from '@/interface/empty-note.tsx';
import { FailureNote } from '@/interface/failure-note.tsx';
import { PageHeading } from '@/interface/page-heading.tsx';
import { Pager } from '@/interface/pager.tsx';
import { useTrail } from '@/interface/use-trail.ts';
import { useTenant } from '@/tenants/use-tenant.ts';
import { ActOnCredential } from './act-on-credential.tsx';
import { CreateCredentialForm } from './create-credential-form.tsx';
import { type CredentialAction } from './credential-action.ts';
import { CredentialTable } from './credential-table.tsx';
import { credentialsQuery } from './credentials.ts';
import { IssuedSecret } from './issued-secret.tsx';

export function CredentialsView({ mqttPort }: { mqttPort: number }) {
  const tenant = useTenant();
  const trail = useTrail();
  const { data, error } = useQuery(credentialsQuery(tenant, trail.after));
  const [isCreating, setIsCreating] = useState(false);
  const [issued, setIssued] = useState<IssuedCredential>();
  const [asked, setAsked] = useState<{ action: CredentialAction; credential: Credential }>();
  const show = (credential: IssuedCredential) => {
    setIsCreating(false);
    setIssued(credential);
  };
  return (
    <>
      <PageHeading
        about="What clients log in with. A secret is shown once, when it is issued."
        actions={
          !isCreating && (
            <Button look="ink" onClick={() => setIsCreating(true)}>
              Create credential
            </Button>
          )
        }
      >
        Credentials
      </PageHeading>
      {isCreating && (
        <CreateCredentialForm tenant={tenant} onIssued={show} onCancel={() => setIsCreating(false)} />
      )}
      {issued !== undefined && (
        <IssuedSecret issued={issued} mqttPort={mqttPort} onClose={() => setIssued(undefined)} />
      )}
      {data === undefined && <FailureNote error={error} />}
      {data?.items.length === 0 && (
        <EmptyNote>No credentials. A client needs one to connect to this tenant.</EmptyNote>
      )}
      {data !== undefined && data.items.length > 0 && (
        <CredentialTable
          tenant={tenant}
          credentials={data.items}
          onAct={(action, credential) => setAsked({ action, credential })}
        />
      )}
      {data !== undefined && <Pager trail={trail} next={data.next} />}
      {asked !== undefined && (
        <ActOnCredential tenant={tenant} {...asked} onIssued={show} onEnd={() => setAsked(undefined)} />
      )}
    </>
  );
}
