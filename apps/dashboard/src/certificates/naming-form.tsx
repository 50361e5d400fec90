'use client';

import type { CertificateAuthority } from '@restante/api-client';
import { useState } from 'react';
import { otherErrors } from '@/api/field-errors.ts';
import { useChange } from '@/api/use-change.ts';
import { FormFrame } from '@/interface/form-frame.tsx';
import { staleAfter, updateAuthority } from './authorities.ts';
import { type Naming, NamingFields } from './naming-fields.tsx';

interface NamingFormProps {
  tenant: string;
  authority: CertificateAuthority;
  onEnd: () => void;
}

export function NamingForm({ tenant, authority: { name, nameFrom, namePrefix }, onEnd }: NamingFormProps) {
  const [naming, setNaming] = useState<Naming>({ nameFrom, namePrefix });
  const saving = useChange({
    run: () => updateAuthority(tenant, name, naming),
    stale: staleAfter(tenant),
    told: () => `The naming of ${name} was changed`,
    onDone: onEnd,
  });
  return (
    <FormFrame
      action="Save naming"
      isReady={naming.nameFrom !== nameFrom || naming.namePrefix !== namePrefix}
      isPending={saving.isPending}
      error={otherErrors(saving.error, ['nameFrom', 'namePrefix'])}
      onSubmit={() => saving.mutate()}
      onCancel={onEnd}
      note="Binds at once: connections that rest on it are closed and log in anew."
    >
      <NamingFields
        naming={naming}
        error={saving.error}
        onChange={(changed) => {
          setNaming(changed);
          saving.reset();
        }}
      />
    </FormFrame>
  );
}
