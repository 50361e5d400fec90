'use client';

import { useState } from 'react';
import { errorOf, otherErrors } from '@/api/field-errors.ts';
import { useChange } from '@/api/use-change.ts';
import { CopyButton } from '@/interface/copy-button.tsx';
import { FileTextField } from '@/interface/file-text-field.tsx';
import { FormFrame } from '@/interface/form-frame.tsx';
import { staleAfter, updateAuthority } from './authorities.ts';
import { toPem } from './pem.ts';

interface ProofFormProps {
  tenant: string;
  name: string;
  onEnd: () => void;
}

/** A certificate for the tenant's own name shows that the authority's key is the tenant's: devices then need no user name. */
export function ProofForm({ tenant, name, onEnd }: ProofFormProps) {
  const [proof, setProof] = useState('');
  const proving = useChange({
    run: () => updateAuthority(tenant, name, { proof }),
    stale: staleAfter(tenant),
    told: () => `${name} was shown to be the tenant's own`,
    onDone: onEnd,
  });
  const lines = [
    `openssl req -new -key ca.key -subj "/CN=restante tenant ${tenant}" -out proof.csr`,
    'openssl x509 -req -in proof.csr -CA ca.pem -CAkey ca.key -days 1 -out proof.pem',
  ].join('\n');
  return (
    <FormFrame
      action="Prove ownership"
      isReady={proof.trim() !== ''}
      isPending={proving.isPending}
      error={otherErrors(proving.error, ['proof'])}
      onSubmit={() => proving.mutate()}
      onCancel={onEnd}
    >
      <div className="text-[13px]">
        <p>
          With a certificate of the authority for this tenant&apos;s name, devices get in without a user name:
        </p>
        <div className="mt-2 flex flex-wrap items-start gap-3">
          <pre
            tabIndex={0}
            role="region"
            aria-label="Commands that make the proof"
            className="max-w-full min-w-0 overflow-x-auto border border-hairline p-2 font-mono text-xs"
          >
            {lines}
          </pre>
          <CopyButton text={lines} label="Copy the commands" />
        </div>
      </div>
      <FileTextField
        label="Proof"
        hint={`A certificate for the common name "restante tenant ${tenant}"`}
        error={errorOf(proving.error, 'proof')}
        value={proof}
        placeholder="-----BEGIN CERTIFICATE-----"
        accept=".pem,.crt,.cer,.der"
        read={(bytes) => toPem(bytes, 'CERTIFICATE')}
        onChange={(text) => {
          setProof(text);
          proving.reset();
        }}
      />
    </FormFrame>
  );
}
