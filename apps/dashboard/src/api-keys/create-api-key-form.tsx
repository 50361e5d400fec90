'use client';

import type { IssuedApiKey } from '@restante/api-client';
import { useState } from 'react';
import { errorOf, otherErrors } from '@/api/field-errors.ts';
import { useChange } from '@/api/use-change.ts';
import { currentTime } from '@/format/clock.ts';
import { ChoiceField, TextField } from '@/interface/field.tsx';
import { FormFrame } from '@/interface/form-frame.tsx';
import { RoleList } from '@/members/role-list.tsx';
import { type Role, ROLES } from '@/members/roles.ts';
import { createApiKey } from './api-keys.ts';

const DAY_MS = 86_400_000;
const ENDS = [
  { days: '30', name: 'in 30 days' },
  { days: '90', name: 'in 90 days' },
  { days: '365', name: 'in a year' },
  { days: '', name: 'never' },
];

interface CreateApiKeyFormProps {
  /** null: the platform, whose keys have its administrators' role. */
  tenant: string | null;
  onIssued: (issued: IssuedApiKey) => void;
  onCancel: () => void;
}

export function CreateApiKeyForm({ tenant, onIssued, onCancel }: CreateApiKeyFormProps) {
  const [name, setName] = useState('');
  const [role, setRole] = useState<Role>('viewer');
  const [days, setDays] = useState('90');
  const creation = useChange({
    run: () => createApiKey(tenant, { name: name.trim(), role, expiresAt: endAfter(days) }),
    stale: [['api-keys', tenant]],
    onDone: onIssued,
  });
  return (
    <FormFrame
      action="Create API key"
      isReady={name.trim() !== ''}
      isPending={creation.isPending}
      error={otherErrors(creation.error, ['name'])}
      onSubmit={() => creation.mutate()}
      onCancel={onCancel}
    >
      <div className="grid max-w-4xl gap-x-4 gap-y-2 sm:grid-cols-3">
        <TextField
          label="Name"
          hint="What will use it; the audit names it"
          error={errorOf(creation.error, 'name')}
          value={name}
          onChange={({ target }) => {
            setName(target.value);
            creation.reset();
          }}
          maxLength={200}
          autoComplete="off"
          required
          autoFocus
        />
        {tenant !== null && (
          <ChoiceField label="Role" value={role} onChange={({ target }) => setRole(target.value as Role)}>
            {ROLES.map((known) => (
              <option key={known.name}>{known.name}</option>
            ))}
          </ChoiceField>
        )}
        <ChoiceField
          label="Ends"
          hint="From then on it is refused"
          value={days}
          onChange={({ target }) => setDays(target.value)}
        >
          {ENDS.map((end) => (
            <option key={end.days} value={end.days}>
              {end.name}
            </option>
          ))}
        </ChoiceField>
      </div>
      {tenant !== null && <RoleList />}
    </FormFrame>
  );
}

function endAfter(days: string): string | null {
  return days === '' ? null : new Date(currentTime() + Number(days) * DAY_MS).toISOString();
}
