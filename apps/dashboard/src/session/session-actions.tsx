'use client';

import type { SessionDetail } from '@restante/api-client';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useRouter } from 'next/navigation';
import { useState } from 'react';
import { Button } from '@/interface/button.tsx';
import { Confirmation } from '@/interface/confirmation.tsx';
import { tell } from '@/interface/toasts.ts';
import { useMay } from '@/shell/permissions.ts';
import { ACTIONS, type SessionAction } from './session-action.ts';

/** What may be done to a session as a whole. Each asks first and says what is lost. */
export function SessionActions({ tenant, session }: { tenant: string; session: SessionDetail }) {
  const [asked, setAsked] = useState<SessionAction>();
  if (!useMay(tenant, 'sessions:write')) return null;
  return (
    <div className="flex items-center gap-2">
      {ACTIONS.map((action) => (
        <Button
          key={action.name}
          look={action.name === 'Delete session' ? 'danger' : 'plain'}
          disabled={!action.applies(session)}
          onClick={() => setAsked(action)}
        >
          {action.name}
        </Button>
      ))}
      {asked !== undefined && (
        <AskFirst tenant={tenant} session={session} action={asked} onEnd={() => setAsked(undefined)} />
      )}
    </div>
  );
}

interface AskFirstProps {
  tenant: string;
  session: SessionDetail;
  action: SessionAction;
  onEnd: () => void;
}

function AskFirst({ tenant, session, action, onEnd }: AskFirstProps) {
  const queries = useQueryClient();
  const router = useRouter();
  const { clientId } = session;
  const doing = useMutation({
    mutationFn: () => action.run(tenant, clientId),
    onSuccess: async () => {
      tell(action.told);
      onEnd();
      if (action.name === 'Delete session') router.push(`/tenants/${tenant}/sessions`);
      else await queries.invalidateQueries({ queryKey: ['session', tenant, clientId] });
    },
  });
  return (
    <Confirmation
      title={`${action.name}: ${clientId}`}
      action={action.name}
      isPending={doing.isPending}
      error={doing.error}
      onConfirm={() => doing.mutate()}
      onCancel={onEnd}
    >
      <p>{action.loss(session)}</p>
    </Confirmation>
  );
}
