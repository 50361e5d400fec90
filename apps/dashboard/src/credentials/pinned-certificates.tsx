'use client';

import { useId, useState } from 'react';
import { fingerprintOf, toPem } from '@/certificates/pem.ts';
import { Button } from '@/interface/button.tsx';

interface PinnedCertificatesProps {
  /** SHA-256, hexadecimal. */
  fingerprints: string[];
  error: string | undefined;
  onChange: (fingerprints: string[]) => void;
}

const MOST = 4;
const MOST_BYTES = 64 * 1024;

/** The only certificates that a credential takes: by their fingerprints, typed or taken from a file. */
export function PinnedCertificates({ fingerprints, error, onChange }: PinnedCertificatesProps) {
  const id = useId();
  const [text, setText] = useState('');
  const [complaint, setComplaint] = useState<string>();
  const told = complaint ?? error;
  const pin = (fingerprint: string) => {
    setText('');
    setComplaint(undefined);
    if (!fingerprints.includes(fingerprint)) onChange([...fingerprints, fingerprint]);
  };
  const pinFile = async (file: File | undefined) => {
    if (file === undefined) return;
    try {
      const isSmall = file.size <= MOST_BYTES;
      const pem = isSmall ? toPem(new Uint8Array(await file.arrayBuffer()), 'CERTIFICATE') : '';
      const fingerprint = await fingerprintOf(pem);
      if (fingerprint === undefined) setComplaint(`${file.name} is no certificate`);
      else pin(fingerprint);
    } catch (problem) {
      setComplaint((problem as Error).message);
    }
  };
  return (
    <fieldset className="min-w-0 sm:col-span-2">
      <legend className="text-[13px] font-medium">Pinned certificates</legend>
      <ul aria-label="Pinned certificates" className="text-xs">
        {fingerprints.map((fingerprint) => (
          <li
            key={fingerprint}
            className="flex items-center justify-between gap-3 border-b border-hairline py-1"
          >
            <span className="min-w-0 font-mono break-all">{fingerprint}</span>
            <button
              type="button"
              className="door shrink-0"
              aria-label={`Unpin ${fingerprint}`}
              onClick={() => onChange(fingerprints.filter((other) => other !== fingerprint))}
            >
              Unpin
            </button>
          </li>
        ))}
      </ul>
      {fingerprints.length < MOST && (
        <div className="mt-1 flex flex-wrap items-center gap-2">
          <input
            id={id}
            aria-label="Fingerprint of a certificate"
            aria-describedby={`${id}-told`}
            aria-invalid={told !== undefined}
            value={text}
            placeholder="SHA-256 fingerprint"
            onChange={({ target }) => setText(target.value)}
            autoComplete="off"
            spellCheck={false}
            className="h-8 min-w-0 flex-1 basis-52 rounded-xs border border-frame bg-raised px-2 font-mono text-xs placeholder:text-quiet"
          />
          <Button onClick={() => pin(text.trim())} disabled={text.trim() === ''}>
            Pin
          </Button>
          <input
            type="file"
            accept=".pem,.crt,.cer,.der"
            aria-label="Pin the certificate in a file"
            onChange={({ target }) => void pinFile(target.files?.[0])}
            className="h-8 max-w-full text-[13px] text-quiet file:mr-2 file:h-8 file:rounded-xs file:border file:border-frame file:bg-raised file:px-3 file:text-ink"
          />
        </div>
      )}
      <p
        id={`${id}-told`}
        role={told === undefined ? undefined : 'alert'}
        className={`min-h-4 text-xs leading-4 ${told === undefined ? 'text-quiet' : 'text-accent'}`}
      >
        {told ?? 'The only ones it takes, whoever issued them; none: any that names it'}
      </p>
    </fieldset>
  );
}
