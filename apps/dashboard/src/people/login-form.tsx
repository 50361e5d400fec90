'use client';

import { useMutation } from '@tanstack/react-query';
import { type FormEvent, type ReactNode, useState } from 'react';
import { Button } from '@/interface/button.tsx';
import { FailureNote } from '@/interface/failure-note.tsx';
import { TextField } from '@/interface/field.tsx';
import { useIsAlive } from '@/interface/use-is-alive.ts';
import { login, loginTwoFactor } from './people.ts';

/** `next`: the page to go to then. */
export function LoginForm({ next }: { next: string }) {
  const [isHalfDone, setHalfDone] = useState(false);
  const goOn = () => window.location.assign(next);
  const password = useMutation({
    mutationFn: (form: FormData) => login(String(form.get('email')), String(form.get('password'))),
    onSuccess: ({ twoFactorRequired }) => (twoFactorRequired ? setHalfDone(true) : goOn()),
  });
  const code = useMutation({
    mutationFn: (form: FormData) => loginTwoFactor(String(form.get('code')).trim()),
    onSuccess: goOn,
  });
  if (isHalfDone) {
    return (
      <Step key="code" attempt={code}>
        <TextField label="Code" name="code" autoComplete="one-time-code" required autoFocus />
        <p className="text-[13px] text-quiet">From your authenticator, or one of your backup codes.</p>
      </Step>
    );
  }
  return (
    <Step key="password" attempt={password}>
      <TextField label="E-mail" name="email" type="email" autoComplete="username" required autoFocus />
      <TextField label="Password" name="password" type="password" autoComplete="current-password" required />
    </Step>
  );
}

interface Attempt {
  mutate(form: FormData): void;
  error: Error | null;
  isPending: boolean;
  isSuccess: boolean;
}

function Step({ attempt, children }: { attempt: Attempt; children: ReactNode }) {
  const isAlive = useIsAlive();
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    attempt.mutate(new FormData(event.currentTarget));
  };
  return (
    <form method="post" onSubmit={submit} className="flex flex-col gap-1">
      {children}
      <div className="mb-4 min-h-5">
        <FailureNote error={attempt.error} />
      </div>
      <Button type="submit" look="ink" disabled={!isAlive || attempt.isPending || attempt.isSuccess}>
        Log in
      </Button>
    </form>
  );
}
