'use client';

import type { CertificateAuthority } from '@restante/api-client';
import { useRouter } from 'next/navigation';
import { useState } from 'react';
import { ConfirmedChange } from '@/api/confirmed-change.tsx';
import { useChange } from '@/api/use-change.ts';
import { Button } from '@/interface/button.tsx';
import { FailureNote } from '@/interface/failure-note.tsx';
import { saveFile } from '@/interface/save-file.ts';
import { SwitchButton } from '@/interface/switch-button.tsx';
import { deleteAuthority, staleAfter, updateAuthority } from './authorities.ts';
import { NamingForm } from './naming-form.tsx';
import { ProofForm } from './proof-form.tsx';
import { RevokedCount } from './revoked-count.tsx';

interface AuthorityActionsProps {
  tenant: string;
  authority: CertificateAuthority;
}

export function AuthorityActions({ tenant, authority }: AuthorityActionsProps) {
  const { name, isEnabled, isProved, certificate } = authority;
  const router = useRouter();
  const [asked, setAsked] = useState<'naming' | 'proof' | 'disable' | 'delete'>();
  const onEnd = () => setAsked(undefined);
  const enabling = useChange({
    run: () => updateAuthority(tenant, name, { isEnabled: true }),
    stale: staleAfter(tenant),
    told: () => `${name} lets devices in again`,
  });
  return (
    <div className="mb-4 flex flex-col gap-3">
      <div className="flex flex-wrap gap-2">
        <Button onClick={() => saveFile(`${name}.pem`, 'application/x-pem-file', certificate)}>
          Save certificate
        </Button>
        <Button onClick={() => setAsked('naming')}>Change naming</Button>
        {!isProved && <Button onClick={() => setAsked('proof')}>Prove ownership</Button>}
        <SwitchButton isEnabled={isEnabled} enabling={enabling} onDisable={() => setAsked('disable')} />
        <Button look="danger" onClick={() => setAsked('delete')}>
          Delete
        </Button>
      </div>
      <FailureNote error={enabling.error} />
      {asked === 'naming' && <NamingForm tenant={tenant} authority={authority} onEnd={onEnd} />}
      {asked === 'proof' && <ProofForm tenant={tenant} name={name} onEnd={onEnd} />}
      {asked === 'disable' && (
        <ConfirmedChange
          title={`Disable ${name}`}
          action="Disable authority"
          run={() => updateAuthority(tenant, name, { isEnabled: false })}
          stale={staleAfter(tenant)}
          told={() => `${name} lets nobody in`}
          onEnd={onEnd}
        >
          <p>
            Nobody it has issued a certificate for gets in, by whatever way around it; their connections are
            closed at once. Nothing is deleted.
          </p>
        </ConfirmedChange>
      )}
      {asked === 'delete' && (
        <ConfirmedChange
          title={`Delete ${name}`}
          action="Delete authority"
          run={() => deleteAuthority(tenant, name)}
          stale={[['certificate-authorities', tenant]]}
          told={() => `The authority ${name} was deleted`}
          onDone={() => router.push(`/tenants/${tenant}/certificates`)}
          onEnd={onEnd}
        >
          <p>Connections that rest on its certificates are closed at once. Credentials and sessions stay.</p>
          <RevokedCount tenant={tenant} name={name} />
        </ConfirmedChange>
      )}
    </div>
  );
}
