'use client';

import { useState } from 'react';
import { errorOf, otherErrors } from '@/api/field-errors.ts';
import { useChange } from '@/api/use-change.ts';
import { FileTextField } from '@/interface/file-text-field.tsx';
import { FormFrame } from '@/interface/form-frame.tsx';
import { NameField } from '@/interface/name-field.tsx';
import { registerAuthority, staleAfter } from './authorities.ts';
import { type Naming, NamingFields } from './naming-fields.tsx';
import { toPem } from './pem.ts';

const FIELDS = ['name', 'certificate', 'nameFrom', 'namePrefix'];

export function RegisterAuthorityForm({ tenant, onEnd }: { tenant: string; onEnd: () => void }) {
  const [name, setName] = useState('');
  const [certificate, setCertificate] = useState('');
  const [naming, setNaming] = useState<Naming>({ nameFrom: 'common-name', namePrefix: '' });
  const registering = useChange({
    run: () => registerAuthority(tenant, { name, certificate, ...naming }),
    stale: staleAfter(tenant),
    told: ({ subject }) => `${subject} lets devices in now`,
    onDone: onEnd,
  });
  const { error, reset } = registering;
  return (
    <FormFrame
      action="Register authority"
      isReady={name !== '' && certificate.trim() !== ''}
      isPending={registering.isPending}
      error={otherErrors(error, FIELDS)}
      onSubmit={() => registering.mutate()}
      onCancel={onEnd}
    >
      <NameField
        label="Name of the authority"
        value={name}
        error={errorOf(error, 'name')}
        onChange={(changed) => {
          setName(changed);
          reset();
        }}
      />
      <FileTextField
        label="Its certificate"
        hint="A root, or an intermediate one, as PEM: register the one that issues. Never its key."
        error={errorOf(error, 'certificate')}
        value={certificate}
        placeholder="-----BEGIN CERTIFICATE-----"
        accept=".pem,.crt,.cer,.der"
        read={(bytes) => toPem(bytes, 'CERTIFICATE')}
        onChange={(text) => {
          setCertificate(text);
          reset();
        }}
      />
      <NamingFields
        naming={naming}
        error={error}
        onChange={(changed) => {
          setNaming(changed);
          reset();
        }}
      />
    </FormFrame>
  );
}
