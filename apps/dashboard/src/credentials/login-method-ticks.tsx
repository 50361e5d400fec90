'use client';

import { Tick } from '@/interface/tick.tsx';
import type { CredentialDraft } from './credential-draft.ts';

type Methods = CredentialDraft['loginMethods'];

interface LoginMethodTicksProps {
  chosen: Methods;
  error: string | undefined;
  onChange: (chosen: Methods) => void;
}

const METHODS = [
  { method: 'secret', name: 'Secret' },
  { method: 'certificate', name: 'Certificate' },
  { method: 'token', name: 'Token (JWT)' },
] as const;

/** By what one may log in; they stand in the order above, whichever was ticked first. */
export function LoginMethodTicks({ chosen, error, onChange }: LoginMethodTicksProps) {
  const toggle = (method: Methods[number], isTicked: boolean) =>
    onChange(
      METHODS.map((known) => known.method).filter((known) =>
        known === method ? isTicked : chosen.includes(known),
      ),
    );
  return (
    <fieldset>
      <legend className="text-[13px] font-medium">Logs in by</legend>
      <div className="flex flex-wrap gap-x-4">
        {METHODS.map(({ method, name }) => (
          <Tick
            key={method}
            label={name}
            isTicked={chosen.includes(method)}
            onChange={(isTicked) => toggle(method, isTicked)}
          />
        ))}
      </div>
      <p role={error === undefined ? undefined : 'alert'} className="min-h-4 text-xs text-accent">
        {error ?? (chosen.length === 0 ? 'Nobody can log in with it then' : '')}
      </p>
    </fieldset>
  );
}
