'use client';

import type { TokenIssuer } from '@restante/api-client';
import { useRouter } from 'next/navigation';
import { useState } from 'react';
import { ConfirmedChange } from '@/api/confirmed-change.tsx';
import { useChange } from '@/api/use-change.ts';
import { Button } from '@/interface/button.tsx';
import { FailureNote } from '@/interface/failure-note.tsx';
import { SwitchButton } from '@/interface/switch-button.tsx';
import { IssuerForm } from './issuer-form.tsx';
import { deleteIssuer, staleAfter, updateIssuer } from './issuers.ts';

export function IssuerActions({ tenant, issuer }: { tenant: string; issuer: TokenIssuer }) {
  const { name, isEnabled } = issuer;
  const router = useRouter();
  const [asked, setAsked] = useState<'edit' | 'disable' | 'delete'>();
  const onEnd = () => setAsked(undefined);
  const enabling = useChange({
    run: () => updateIssuer(tenant, name, { isEnabled: true }),
    stale: staleAfter(tenant),
    told: () => `Tokens of ${name} let devices in again`,
  });
  return (
    <div className="mb-4 flex flex-col gap-3">
      <div className="flex flex-wrap gap-2">
        <Button onClick={() => setAsked('edit')}>Change</Button>
        <SwitchButton isEnabled={isEnabled} enabling={enabling} onDisable={() => setAsked('disable')} />
        <Button look="danger" onClick={() => setAsked('delete')}>
          Delete
        </Button>
      </div>
      <FailureNote error={enabling.error} />
      {asked === 'edit' && <IssuerForm tenant={tenant} issuer={issuer} onEnd={onEnd} />}
      {asked === 'disable' && (
        <ConfirmedChange
          title={`Disable ${name}`}
          action="Disable issuer"
          run={() => updateIssuer(tenant, name, { isEnabled: false })}
          stale={staleAfter(tenant)}
          told={() => `Tokens of ${name} let nobody in`}
          onEnd={onEnd}
        >
          <p>
            Its tokens let nobody in; connections that rest on them are closed at once. Nothing is deleted.
          </p>
        </ConfirmedChange>
      )}
      {asked === 'delete' && (
        <ConfirmedChange
          title={`Delete ${name}`}
          action="Delete issuer"
          run={() => deleteIssuer(tenant, name)}
          stale={[['token-issuers', tenant]]}
          told={() => `The issuer ${name} was deleted`}
          onDone={() => router.push(`/tenants/${tenant}/token-issuers`)}
          onEnd={onEnd}
        >
          <p>
            Connections that rest on its tokens are closed at once, and its keys are forgotten. Credentials
            and sessions stay.
          </p>
        </ConfirmedChange>
      )}
    </div>
  );
}
