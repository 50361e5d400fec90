'use client';

import { useMutation } from '@tanstack/react-query';
import { type FormEvent } from 'react';
import { Button } from '@/interface/button.tsx';
import { FailureNote } from '@/interface/failure-note.tsx';
import { TextField } from '@/interface/field.tsx';
import { useIsAlive } from '@/interface/use-is-alive.ts';
import { login } from './people.ts';

/** `next`: the page to go to then. */
export function LoginForm({ next }: { next: string }) {
  const isAlive = useIsAlive();
  const attempt = useMutation({
    mutationFn: ({ email, password }: { email: string; password: string }) => login(email, password),
    onSuccess: () => window.location.assign(next),
  });
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const form = new FormData(event.currentTarget);
    attempt.mutate({ email: String(form.get('email')), password: String(form.get('password')) });
  };
  return (
    <form method="post" onSubmit={submit} className="flex flex-col gap-1">
      <TextField label="E-mail" name="email" type="email" autoComplete="username" required autoFocus />
      <TextField label="Password" name="password" type="password" autoComplete="current-password" required />
      <div className="mb-4 min-h-5">
        <FailureNote error={attempt.error} />
      </div>
      <Button type="submit" look="ink" disabled={!isAlive || attempt.isPending || attempt.isSuccess}>
        Log in
      </Button>
    </form>
  );
}
