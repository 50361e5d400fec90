'use client';

import { useState } from 'react';
import { errorOf, otherErrors } from '@/api/field-errors.ts';
import { useChange } from '@/api/use-change.ts';
import { Button } from '@/interface/button.tsx';
import { TextField } from '@/interface/field.tsx';
import { FormFrame } from '@/interface/form-frame.tsx';
import { SectionHeading } from '@/interface/heading.tsx';
import { changePassword } from './account.ts';

const LEAST_CHARACTERS = 8;

export function PasswordSection() {
  const [isChanging, setIsChanging] = useState(false);
  return (
    <section aria-label="Password">
      <SectionHeading
        actions={!isChanging && <Button onClick={() => setIsChanging(true)}>Change password</Button>}
      >
        Password
      </SectionHeading>
      {isChanging ? (
        <PasswordForm onEnd={() => setIsChanging(false)} />
      ) : (
        <p className="text-[13px] text-quiet">Kept as a hash (argon2id): nobody can read it.</p>
      )}
    </section>
  );
}

function PasswordForm({ onEnd }: { onEnd: () => void }) {
  const [current, setCurrent] = useState('');
  const [next, setNext] = useState('');
  const changing = useChange({
    run: () => changePassword(current, next),
    stale: [['logins']],
    told: () => 'The password was changed, and all other logins are over',
    onDone: onEnd,
  });
  return (
    <FormFrame
      action="Save password"
      isReady={current !== '' && next.length >= LEAST_CHARACTERS}
      isPending={changing.isPending}
      error={otherErrors(changing.error, ['newPassword'])}
      onSubmit={() => changing.mutate()}
      onCancel={onEnd}
      note="Wherever else you are logged in, that is over then."
      className="py-3"
    >
      <div className="grid max-w-2xl gap-x-4 gap-y-2 sm:grid-cols-2">
        <TextField
          label="Present password"
          type="password"
          autoComplete="current-password"
          value={current}
          onChange={({ target }) => {
            setCurrent(target.value);
            changing.reset();
          }}
          required
          autoFocus
        />
        <TextField
          label="New password"
          hint={`At least ${LEAST_CHARACTERS} characters`}
          error={errorOf(changing.error, 'newPassword')}
          type="password"
          autoComplete="new-password"
          value={next}
          onChange={({ target }) => {
            setNext(target.value);
            changing.reset();
          }}
          required
        />
      </div>
    </FormFrame>
  );
}
