'use client';

import { type IssuedCredential } from '@restante/api-client';
import { Button } from '@/interface/button.tsx';
import { CopyButton } from '@/interface/copy-button.tsx';
import { connectLine } from './connect-line.ts';

interface IssuedSecretProps {
  issued: IssuedCredential;
  mqttPort: number;
  onClose: () => void;
}

/** A secret just issued, with a line that uses it. Closing it is the last one sees of it. */
export function IssuedSecret({ issued: { mqttUsername, password }, mqttPort, onClose }: IssuedSecretProps) {
  const line = connectLine(window.location.hostname, mqttPort, mqttUsername, password);
  return (
    <section
      aria-label="Issued secret"
      data-testid="issued-secret"
      className="mb-6 border border-ink bg-raised p-4"
    >
      <div className="flex items-start justify-between gap-4">
        <div>
          <h2 className="text-[15px] font-semibold">
            Secret of <span className="font-mono">{mqttUsername}</span>
          </h2>
          <p className="text-[13px] text-quiet">Shown now and never again. Only a hash of it is kept.</p>
        </div>
        <Button onClick={onClose}>I have it</Button>
      </div>
      <dl className="mt-3 grid grid-cols-[96px_minmax(0,1fr)_auto] items-center gap-x-4 gap-y-2 text-[13px]">
        <dt className="text-quiet">User name</dt>
        <dd className="font-mono break-all" data-testid="mqtt-username">
          {mqttUsername}
        </dd>
        <dd>
          <CopyButton text={mqttUsername} label="Copy the user name" />
        </dd>
        <dt className="text-quiet">Password</dt>
        <dd className="font-mono break-all" data-testid="secret-value">
          {password}
        </dd>
        <dd>
          <CopyButton text={password} label="Copy the password" />
        </dd>
        <dt className="text-quiet">Try it</dt>
        <dd className="font-mono text-xs break-all" data-testid="connect-line">
          {line}
        </dd>
        <dd>
          <CopyButton text={line} label="Copy the command" />
        </dd>
      </dl>
    </section>
  );
}
