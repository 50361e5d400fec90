'use client';

import { useState } from 'react';
import { errorOf, otherErrors } from '@/api/field-errors.ts';
import { useChange } from '@/api/use-change.ts';
import { TextField } from '@/interface/field.tsx';
import { FormFrame } from '@/interface/form-frame.tsx';
import { changeTenant, staleAfterChange } from './tenants.ts';

interface RenameFormProps {
  tenant: string;
  name: string;
  onEnd: () => void;
}

export function RenameForm({ tenant, name: before, onEnd }: RenameFormProps) {
  const [name, setName] = useState(before);
  const given = name.trim();
  const saving = useChange({
    run: () => changeTenant(tenant, { name: given }),
    stale: staleAfterChange(tenant),
    told: () => `${tenant} is called ${given}`,
    onDone: onEnd,
  });
  return (
    <FormFrame
      action="Rename tenant"
      isReady={given !== '' && given !== before}
      isPending={saving.isPending}
      error={otherErrors(saving.error, ['name'])}
      onSubmit={() => saving.mutate()}
      onCancel={onEnd}
    >
      <div className="max-w-sm">
        <TextField
          label="Name"
          hint={`For people; the slug ${tenant}, which stands in user names, stays`}
          error={errorOf(saving.error, 'name')}
          value={name}
          onChange={({ target }) => {
            setName(target.value);
            saving.reset();
          }}
          maxLength={200}
          autoComplete="off"
          autoFocus
        />
      </div>
    </FormFrame>
  );
}
