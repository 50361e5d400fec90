'use client';

import type { Credential } from '@restante/api-client';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { Confirmation } from '@/interface/confirmation.tsx';
import { tell } from '@/interface/toasts.ts';
import type { CredentialAction } from './credential-action.ts';
import { UseSentence } from './use-sentence.tsx';

interface ActOnCredentialProps {
  tenant: string;
  credential: Credential;
  action: CredentialAction;
  /** It was done. */
  onDone: () => void;
  onCancel: () => void;
}

const PARTICIPLES = { Disable: 'disabled', Enable: 'enabled', Delete: 'deleted' };

/** Asks before a credential is changed, with the number of connections that will be closed. */
export function ActOnCredential({
  tenant,
  credential: { username },
  action,
  onDone,
  onCancel,
}: ActOnCredentialProps) {
  const queries = useQueryClient();
  const doing = useMutation({
    mutationFn: () => action.run(tenant, username),
    onSuccess: async () => {
      onDone();
      tell(`Credential ${username} ${PARTICIPLES[action.name]}`);
      await Promise.all([
        queries.invalidateQueries({ queryKey: ['credentials', tenant] }),
        queries.invalidateQueries({ queryKey: ['credential', tenant, username] }),
      ]);
    },
  });
  return (
    <Confirmation
      title={`${action.name} the credential ${username}?`}
      action={`${action.name} credential`}
      isPending={doing.isPending}
      error={doing.error}
      onConfirm={() => doing.mutate()}
      onCancel={onCancel}
    >
      <p>{action.consequence}</p>
      {action.name !== 'Enable' && <UseSentence tenant={tenant} username={username} fate="will be closed" />}
    </Confirmation>
  );
}
