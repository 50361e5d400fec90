'use client';

import type { IssuedCredential } from '@restante/api-client';
import { Button } from '@/interface/button.tsx';
import { CopyButton } from '@/interface/copy-button.tsx';
import { QrCode } from '@/interface/qr-code.tsx';
import { RelativeTime } from '@/interface/relative-time.tsx';
import { loginOf } from './login-of.ts';
import { SnippetViewer } from './snippet-viewer.tsx';
import { connectUrl } from './snippets.ts';

interface IssuedSecretProps {
  issued: IssuedCredential;
  mqttPort: number;
  onClose: () => void;
}

/** A secret just issued, with what uses it. Closing it is the last one sees of it. */
export function IssuedSecret({ issued, mqttPort, onClose }: IssuedSecretProps) {
  const { mqttUsername, password, previousSecretUntil } = issued;
  const login = loginOf(issued, mqttPort, password);
  return (
    <section
      aria-label="Issued secret"
      data-testid="issued-secret"
      className="mb-6 border border-ink bg-raised p-4"
    >
      <div className="flex flex-wrap items-start justify-between gap-4">
        <div>
          <h2 className="text-[15px] font-semibold">
            Secret of <span className="font-mono">{mqttUsername}</span>
          </h2>
          <p className="text-[13px] text-quiet">
            Shown now and never again. Only a hash of it is kept.
            {previousSecretUntil !== null && (
              <>
                {' '}
                The one before is good too, and ends <RelativeTime iso={previousSecretUntil} direction />.
              </>
            )}
          </p>
        </div>
        <Button onClick={onClose}>I have it</Button>
      </div>
      <div className="mt-3 flex flex-wrap items-start gap-6">
        <dl className="grid min-w-64 flex-1 grid-cols-[96px_minmax(0,1fr)_auto] items-center gap-x-4 gap-y-2 text-[13px]">
          <Part name="User name" text={mqttUsername} testId="mqtt-username" />
          <Part name="Password" text={password} testId="secret-value" />
          <Part name="URL" text={connectUrl(login)} testId="connect-url" />
        </dl>
        <figure>
          <QrCode text={connectUrl(login)} label={`QR code of the URL of ${mqttUsername}, with its secret`} />
          <figcaption className="mt-1 text-xs text-quiet">The URL, secret included</figcaption>
        </figure>
      </div>
      <div className="mt-3">
        <SnippetViewer login={login} />
      </div>
    </section>
  );
}

function Part({ name, text, testId }: { name: string; text: string; testId: string }) {
  return (
    <>
      <dt className="text-quiet">{name}</dt>
      <dd className="font-mono break-all" data-testid={testId}>
        {text}
      </dd>
      <dd>
        <CopyButton key={text} text={text} label={`Copy the ${name === 'URL' ? name : name.toLowerCase()}`} />
      </dd>
    </>
  );
}
