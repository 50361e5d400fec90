'use client';

import type { IssuedInvitation } from '@restante/api-client';
import { useState } from 'react';
import { errorOf, otherErrors } from '@/api/field-errors.ts';
import { useChange } from '@/api/use-change.ts';
import { ChoiceField, TextField } from '@/interface/field.tsx';
import { FormFrame } from '@/interface/form-frame.tsx';
import { invite, staleAfter } from './members.ts';
import { type Role, ROLES } from './roles.ts';

interface InviteFormProps {
  /** null: to administer the platform. */
  tenant: string | null;
  onIssued: (issued: IssuedInvitation) => void;
  onCancel: () => void;
}

export function InviteForm({ tenant, onIssued, onCancel }: InviteFormProps) {
  const [email, setEmail] = useState('');
  const [role, setRole] = useState<Role>('viewer');
  const inviting = useChange({
    run: () => invite(tenant, { email: email.trim(), role }),
    stale: staleAfter(tenant),
    onDone: onIssued,
  });
  return (
    <FormFrame
      action="Invite"
      isReady={email.trim() !== ''}
      isPending={inviting.isPending}
      error={otherErrors(inviting.error, ['email'])}
      onSubmit={() => inviting.mutate()}
      onCancel={onCancel}
    >
      <div className="grid max-w-2xl gap-x-4 gap-y-2 sm:grid-cols-[minmax(0,2fr)_minmax(0,1fr)]">
        <TextField
          label="E-mail"
          hint="Nothing is sent: you get a link to hand on"
          error={errorOf(inviting.error, 'email')}
          value={email}
          onChange={({ target }) => {
            setEmail(target.value);
            inviting.reset();
          }}
          type="email"
          maxLength={320}
          autoComplete="off"
          required
          autoFocus
        />
        {tenant !== null && (
          <ChoiceField
            label="Role"
            hint="Explained below"
            value={role}
            onChange={({ target }) => setRole(target.value as Role)}
          >
            {ROLES.map(({ name }) => (
              <option key={name}>{name}</option>
            ))}
          </ChoiceField>
        )}
      </div>
    </FormFrame>
  );
}
