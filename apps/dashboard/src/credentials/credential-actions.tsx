'use client';

import type { Credential, IssuedCredential } from '@restante/api-client';
import { useState } from 'react';
import { Button } from '@/interface/button.tsx';
import { ActOnCredential } from './act-on-credential.tsx';
import { CREDENTIAL_ACTIONS, type CredentialAction } from './credential-action.ts';
import { RotateDialog } from './rotate-dialog.tsx';

interface CredentialActionsProps {
  tenant: string;
  credential: Credential;
  onIssued: (issued: IssuedCredential) => void;
  onDeleted: () => void;
}

export function CredentialActions({ tenant, credential, onIssued, onDeleted }: CredentialActionsProps) {
  const [asked, setAsked] = useState<CredentialAction | 'rotate'>();
  const end = () => setAsked(undefined);
  return (
    <div className="flex flex-wrap gap-2">
      <Button onClick={() => setAsked('rotate')}>Rotate secret</Button>
      {CREDENTIAL_ACTIONS.filter((action) => action.applies(credential)).map((action) => (
        <Button
          key={action.name}
          look={action.name === 'Delete' ? 'danger' : 'plain'}
          onClick={() => setAsked(action)}
        >
          {action.name}
        </Button>
      ))}
      {asked === 'rotate' && (
        <RotateDialog
          tenant={tenant}
          credential={credential}
          onIssued={(issued) => {
            end();
            onIssued(issued);
          }}
          onCancel={end}
        />
      )}
      {asked !== undefined && asked !== 'rotate' && (
        <ActOnCredential
          tenant={tenant}
          credential={credential}
          action={asked}
          onDone={() => {
            end();
            if (asked.name === 'Delete') onDeleted();
          }}
          onCancel={end}
        />
      )}
    </div>
  );
}
