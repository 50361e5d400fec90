'use client';

import { type Credential, type IssuedCredential } from '@restante/api-client';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { formatCount, formatCountOf } from '@/format/numbers.ts';
import { Confirmation } from '@/interface/confirmation.tsx';
import { type CredentialAction } from './credential-action.ts';
import { credentialUseQuery } from './credentials.ts';

interface ActOnCredentialProps {
  tenant: string;
  credential: Credential;
  action: CredentialAction;
  onIssued: (issued: IssuedCredential) => void;
  onEnd: () => void;
}

/** Asks before a credential is changed, with the number of connections that will be closed. */
export function ActOnCredential({
  tenant,
  credential: { username },
  action,
  onIssued,
  onEnd,
}: ActOnCredentialProps) {
  const queries = useQueryClient();
  const { data: use } = useQuery(credentialUseQuery(tenant, username));
  const doing = useMutation({
    mutationFn: () => action.run(tenant, username),
    onSuccess: async (issued) => {
      onEnd();
      if (issued !== null) onIssued(issued);
      await queries.invalidateQueries({ queryKey: ['credentials', tenant] });
    },
  });
  return (
    <Confirmation
      title={`${action.name} the credential ${username}?`}
      action={`${action.name} credential`}
      isPending={doing.isPending}
      error={doing.error}
      onConfirm={() => doing.mutate()}
      onCancel={onEnd}
    >
      <p>{action.consequence}</p>
      {action.name !== 'Enable' && use !== undefined && <p>{describeUse(use)}</p>}
    </Confirmation>
  );
}

function describeUse({
  sessions,
  online,
  isAll,
}: {
  sessions: number;
  online: number;
  isAll: boolean;
}): string {
  const least = isAll ? '' : 'at least ';
  return `It has ${least}${formatCountOf(sessions, 'session')}; ${least}${formatCount(online)} of them online: their connections will be closed.`;
}
