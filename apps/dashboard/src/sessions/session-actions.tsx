'use client';

import { type SessionDetail } from '@restante/api-client';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useRouter } from 'next/navigation';
import { useState } from 'react';
import { formatCountOf } from '@/format/numbers.ts';
import { Button } from '@/interface/button.tsx';
import { Confirmation } from '@/interface/confirmation.tsx';
import { ACTIONS, type SessionAction } from './session-action.ts';

/** What an administrator may do to a session. Each asks first and says what is lost. */
export function SessionActions({ tenant, session }: { tenant: string; session: SessionDetail }) {
  const [asked, setAsked] = useState<SessionAction>();
  const [notice, setNotice] = useState('');
  return (
    <div className="flex items-center gap-2">
      <span role="status" className="text-[13px] text-quiet">
        {notice}
      </span>
      {ACTIONS.map((action) => (
        <Button
          key={action.name}
          look={action.name === 'Delete session' ? 'danger' : 'plain'}
          disabled={!action.applies(session)}
          onClick={() => {
            setNotice('');
            setAsked(action);
          }}
        >
          {action.name}
        </Button>
      ))}
      {asked !== undefined && (
        <AskFirst
          tenant={tenant}
          session={session}
          action={asked}
          onEnd={() => setAsked(undefined)}
          onDone={setNotice}
        />
      )}
    </div>
  );
}

interface AskFirstProps {
  tenant: string;
  session: SessionDetail;
  action: SessionAction;
  onEnd: () => void;
  onDone: (notice: string) => void;
}

function AskFirst({ tenant, session, action, onEnd, onDone }: AskFirstProps) {
  const queries = useQueryClient();
  const router = useRouter();
  const { clientId } = session;
  const doing = useMutation({
    mutationFn: () => action.run(tenant, clientId),
    onSuccess: async (purged) => {
      onEnd();
      if (action.name === 'Delete session') {
        router.push(`/tenants/${tenant}/sessions`);
        return;
      }
      onDone(purged === null ? 'The connection was closed.' : `${formatCountOf(purged, 'message')} dropped.`);
      await queries.invalidateQueries({ queryKey: ['session', tenant, clientId] });
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
