'use client';

import { useState } from 'react';
import { errorOf, otherErrors } from '@/api/field-errors.ts';
import { useChange } from '@/api/use-change.ts';
import { FormFrame } from '@/interface/form-frame.tsx';
import { NameField } from '@/interface/name-field.tsx';
import { createPolicy } from './policies.ts';

interface CreatePolicyFormProps {
  tenant: string;
  onCreated: (name: string) => void;
  onCancel: () => void;
}

/** A new policy begins with the settings that a tenant starts with. */
export function CreatePolicyForm({ tenant, onCreated, onCancel }: CreatePolicyFormProps) {
  const [name, setName] = useState('');
  const creation = useChange({
    run: () => createPolicy(tenant, name),
    stale: [['policies', tenant]],
    onDone: () => onCreated(name),
  });
  return (
    <FormFrame
      action="Create policy"
      isReady={name !== ''}
      isPending={creation.isPending}
      error={otherErrors(creation.error, ['name'])}
      onSubmit={() => creation.mutate()}
      onCancel={onCancel}
    >
      <NameField
        label="Name of the policy"
        value={name}
        error={errorOf(creation.error, 'name')}
        onChange={(changed) => {
          setName(changed);
          creation.reset();
        }}
      />
    </FormFrame>
  );
}
