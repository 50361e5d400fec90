'use client';

import { useState } from 'react';
import { errorOf, otherErrors } from '@/api/field-errors.ts';
import { useChange } from '@/api/use-change.ts';
import { formatCountOf } from '@/format/numbers.ts';
import { TextField } from '@/interface/field.tsx';
import { FormFrame } from '@/interface/form-frame.tsx';
import { revokeCertificates, staleAfter } from './authorities.ts';

interface RevokeFormProps {
  tenant: string;
  name: string;
  onEnd: () => void;
}

export function RevokeForm({ tenant, name, onEnd }: RevokeFormProps) {
  const [text, setText] = useState('');
  const serialNumbers = text.split(/[\s,]+/).filter((word) => word !== '');
  const revoking = useChange({
    run: () => revokeCertificates(tenant, name, serialNumbers),
    stale: staleAfter(tenant),
    told: ({ revoked }) => `${formatCountOf(revoked, 'certificate')} revoked`,
    onDone: onEnd,
  });
  return (
    <FormFrame
      action="Revoke"
      isReady={serialNumbers.length > 0}
      isPending={revoking.isPending}
      error={otherErrors(revoking.error, ['serialNumbers'])}
      onSubmit={() => revoking.mutate()}
      onCancel={onEnd}
      note={`${formatCountOf(serialNumbers.length, 'certificate')}: their connections are closed at once.`}
      className="py-3"
    >
      <div className="w-full max-w-3xl">
        <TextField
          label="Serial numbers"
          hint="Hexadecimal, with blanks between, as openssl x509 -noout -serial tells them"
          error={errorOf(revoking.error, 'serialNumbers')}
          value={text}
          onChange={({ target }) => {
            setText(target.value);
            revoking.reset();
          }}
          className="font-mono"
          autoComplete="off"
          spellCheck={false}
          required
          autoFocus
        />
      </div>
    </FormFrame>
  );
}
