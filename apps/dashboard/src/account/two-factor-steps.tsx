'use client';

import type { TwoFactorSetup } from '@restante/api-client';
import { useState } from 'react';
import { useChange } from '@/api/use-change.ts';
import { CopyButton } from '@/interface/copy-button.tsx';
import { TextField } from '@/interface/field.tsx';
import { FormFrame } from '@/interface/form-frame.tsx';
import { QrCode } from '@/interface/qr-code.tsx';
import { confirmTwoFactor } from './account.ts';

interface TwoFactorStepsProps {
  setup: TwoFactorSetup;
  onEnd: () => void;
}

/** The authenticator reads the secret, the backup codes are kept, and a code shows that it works. */
export function TwoFactorSteps({ setup: { uri, backupCodes }, onEnd }: TwoFactorStepsProps) {
  const [code, setCode] = useState('');
  const confirming = useChange({
    run: () => confirmTwoFactor(code.trim()),
    stale: [['me'], ['logins']],
    told: () => 'The second factor is in force',
    onDone: onEnd,
  });
  const secret = new URL(uri).searchParams.get('secret') ?? '';
  return (
    <div data-testid="two-factor-steps" className="flex flex-col gap-6 border border-ink bg-raised p-4">
      <div className="flex flex-wrap items-start gap-6">
        <QrCode text={uri} label="QR code of the secret for an authenticator" />
        <div className="min-w-0 flex-1 basis-60 text-[13px]">
          <h3 className="font-medium">1. Scan it with your authenticator</h3>
          <p className="text-quiet">Or type the secret there. It is shown now and never again.</p>
          <p className="mt-2 flex flex-wrap items-center gap-3">
            <span data-testid="totp-secret" className="min-w-0 font-mono break-all">
              {secret}
            </span>
            <CopyButton text={secret} label="Copy the secret" />
          </p>
        </div>
      </div>
      <div className="text-[13px]">
        <h3 className="font-medium">2. Keep the backup codes</h3>
        <p className="text-quiet">
          Each serves once, when the authenticator is lost. Shown now and never again.
        </p>
        <ul
          aria-label="Backup codes"
          className="mt-2 mb-2 grid max-w-xl grid-cols-2 gap-x-6 gap-y-1 font-mono sm:grid-cols-3"
        >
          {backupCodes.map((backup) => (
            <li key={backup}>{backup}</li>
          ))}
        </ul>
        <CopyButton text={backupCodes.join('\n')} label="Copy the backup codes" />
      </div>
      <FormFrame
        action="Confirm"
        isReady={code.trim() !== ''}
        isPending={confirming.isPending}
        error={confirming.error}
        onSubmit={() => confirming.mutate()}
        onCancel={onEnd}
        note="Until then nothing has changed."
        className=""
      >
        <div className="max-w-60">
          <TextField
            label="3. The code that it shows"
            value={code}
            onChange={({ target }) => {
              setCode(target.value);
              confirming.reset();
            }}
            className="font-mono"
            inputMode="numeric"
            autoComplete="one-time-code"
            maxLength={20}
            required
            autoFocus
          />
        </div>
      </FormFrame>
    </div>
  );
}
