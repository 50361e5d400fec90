'use client';

import type { Credential, IssuedCredential } from '@restante/api-client';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { Confirmation } from '@/interface/confirmation.tsx';
import { ChoiceField } from '@/interface/field.tsx';
import { rotateCredential } from './credentials.ts';
import { UseSentence } from './use-sentence.tsx';

interface RotateDialogProps {
  tenant: string;
  credential: Credential;
  onIssued: (issued: IssuedCredential) => void;
  onCancel: () => void;
}

const DAY = 86_400;
const OVERLAPS = [
  { seconds: 0, name: 'none: it stops working now' },
  { seconds: 3_600, name: '1 hour' },
  { seconds: DAY, name: '1 day' },
  { seconds: 7 * DAY, name: '7 days' },
  { seconds: 30 * DAY, name: '30 days' },
];

/** Asks for how long the present secret is to be good beside the new one. */
export function RotateDialog({ tenant, credential: { username }, onIssued, onCancel }: RotateDialogProps) {
  const [overlap, setOverlap] = useState(0);
  const queries = useQueryClient();
  const rotating = useMutation({
    mutationFn: () => rotateCredential(tenant, username, overlap),
    onSuccess: async (issued) => {
      onIssued(issued);
      await Promise.all([
        queries.invalidateQueries({ queryKey: ['credentials', tenant] }),
        queries.invalidateQueries({ queryKey: ['credential', tenant, username] }),
      ]);
    },
  });
  return (
    <Confirmation
      title={`Rotate the secret of ${username}?`}
      action="Rotate credential"
      isPending={rotating.isPending}
      error={rotating.error}
      onConfirm={() => rotating.mutate()}
      onCancel={onCancel}
    >
      <p>A new secret is issued and shown once. No session and no queue is lost.</p>
      <ChoiceField
        label="The present secret stays good for"
        value={overlap}
        onChange={({ target }) => setOverlap(Number(target.value))}
      >
        {OVERLAPS.map(({ seconds, name }) => (
          <option key={seconds} value={seconds}>
            {name}
          </option>
        ))}
      </ChoiceField>
      <UseSentence
        tenant={tenant}
        username={username}
        fate={
          overlap === 0 ? 'will be closed' : 'stay until that time is over, and are closed then if need be'
        }
      />
    </Confirmation>
  );
}
