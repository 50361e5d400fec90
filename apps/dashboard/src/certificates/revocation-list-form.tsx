'use client';

import { useState } from 'react';
import { errorOf, otherErrors } from '@/api/field-errors.ts';
import { useChange } from '@/api/use-change.ts';
import { FileTextField } from '@/interface/file-text-field.tsx';
import { FormFrame } from '@/interface/form-frame.tsx';
import { putRevocationList, staleAfter } from './authorities.ts';
import { toPem } from './pem.ts';

interface RevocationListFormProps {
  tenant: string;
  name: string;
  onEnd: () => void;
}

export function RevocationListForm({ tenant, name, onEnd }: RevocationListFormProps) {
  const [crl, setCrl] = useState('');
  const putting = useChange({
    run: () => putRevocationList(tenant, name, crl),
    stale: staleAfter(tenant),
    told: () => 'The list is in force',
    onDone: onEnd,
  });
  return (
    <FormFrame
      action="Put list in force"
      isReady={crl.trim() !== ''}
      isPending={putting.isPending}
      error={otherErrors(putting.error, ['crl'])}
      onSubmit={() => putting.mutate()}
      onCancel={onEnd}
      note="It takes the place of the one before. Connections of what it revokes are closed at once."
      className="py-3"
    >
      <FileTextField
        label="Revocation list"
        hint="An X.509 CRL that the authority has signed, as PEM or DER"
        error={errorOf(putting.error, 'crl')}
        value={crl}
        placeholder="-----BEGIN X509 CRL-----"
        accept=".pem,.crl,.der"
        read={(bytes) => toPem(bytes, 'X509 CRL')}
        onChange={(text) => {
          setCrl(text);
          putting.reset();
        }}
      />
    </FormFrame>
  );
}
