'use client';

import type { TwoFactorSetup } from '@restante/api-client';
import { useState } from 'react';
import { useChange } from '@/api/use-change.ts';
import { Button } from '@/interface/button.tsx';
import { TextField } from '@/interface/field.tsx';
import { FormFrame } from '@/interface/form-frame.tsx';
import { SectionHeading } from '@/interface/heading.tsx';
import { disableTwoFactor, setUpTwoFactor } from './account.ts';
import { TwoFactorSteps } from './two-factor-steps.tsx';

/** A code of an authenticator, beside the password. */
export function SecondFactorSection({ isOn }: { isOn: boolean }) {
  const [isAsking, setIsAsking] = useState(false);
  const [setup, setSetup] = useState<TwoFactorSetup>();
  const isIdle = !isAsking && setup === undefined;
  return (
    <section aria-label="Second factor">
      <SectionHeading
        actions={
          isIdle && (
            <Button look={isOn ? 'danger' : 'plain'} onClick={() => setIsAsking(true)}>
              {isOn ? 'Turn off' : 'Set up'}
            </Button>
          )
        }
      >
        Second factor
      </SectionHeading>
      {isIdle && (
        <p className="text-[13px] text-quiet">
          {isOn ? (
            <>
              <span className="text-online">In force</span>: a login takes a code of your authenticator, or a
              backup code.
            </>
          ) : (
            'Off: your password alone is enough to log in. With an authenticator it is not.'
          )}
        </p>
      )}
      {isAsking && (
        <PasswordQuestion
          isOn={isOn}
          onSetup={(made) => {
            setIsAsking(false);
            setSetup(made);
          }}
          onEnd={() => setIsAsking(false)}
        />
      )}
      {setup !== undefined && <TwoFactorSteps setup={setup} onEnd={() => setSetup(undefined)} />}
    </section>
  );
}

interface PasswordQuestionProps {
  isOn: boolean;
  onSetup: (setup: TwoFactorSetup) => void;
  onEnd: () => void;
}

/** Whoever finds a browser unattended does not know it. */
function PasswordQuestion({ isOn, onSetup, onEnd }: PasswordQuestionProps) {
  const [password, setPassword] = useState('');
  const settingUp = useChange({ run: () => setUpTwoFactor(password), stale: [], onDone: onSetup });
  const turningOff = useChange({
    run: () => disableTwoFactor(password),
    stale: [['me']],
    told: () => 'The second factor is off',
    onDone: onEnd,
  });
  const change = isOn ? turningOff : settingUp;
  return (
    <FormFrame
      action={isOn ? 'Turn the second factor off' : 'Go on'}
      isReady={password !== ''}
      isPending={change.isPending}
      error={change.error}
      onSubmit={() => change.mutate()}
      onCancel={onEnd}
      note={isOn ? 'The backup codes are void then, too.' : undefined}
      className="py-3"
    >
      <div className="max-w-sm">
        <TextField
          label="Password"
          hint={isOn ? 'Your password alone will be enough to log in' : 'To be sure that it is you'}
          type="password"
          autoComplete="current-password"
          value={password}
          onChange={({ target }) => {
            setPassword(target.value);
            change.reset();
          }}
          required
          autoFocus
        />
      </div>
    </FormFrame>
  );
}
