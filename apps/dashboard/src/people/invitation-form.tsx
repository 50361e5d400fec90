'use client';

import { ApiProblem } from '@restante/api-client';
import { useMutation, useQuery } from '@tanstack/react-query';
import type { FormEvent } from 'react';
import { errorOf, otherErrors } from '@/api/field-errors.ts';
import { Button } from '@/interface/button.tsx';
import { FailureNote } from '@/interface/failure-note.tsx';
import { TextField } from '@/interface/field.tsx';
import { useIsAlive } from '@/interface/use-is-alive.ts';
import { acceptInvitation, loggedInQuery, logout } from './people.ts';

/** Takes an invitation: as who one is logged in, or as somebody new. */
export function InvitationForm() {
  const isAlive = useIsAlive();
  const me = useQuery(loggedInQuery);
  const accepting = useMutation({
    mutationFn: (form: FormData) =>
      acceptInvitation({
        token: window.location.hash.slice(1),
        name: form.get('name')?.toString().trim(),
        password: form.get('password')?.toString(),
      }),
    // Somebody new has to log in with what they have just chosen.
    onSuccess: () => window.location.assign(me.data ? '/tenants' : '/login'),
  });
  const leaving = useMutation({ mutationFn: logout, onSuccess: () => me.refetch() });
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    accepting.mutate(new FormData(event.currentTarget));
  };
  const mustLogIn = accepting.error instanceof ApiProblem && accepting.error.code === 'log-in-first';
  return (
    <form method="post" onSubmit={submit} noValidate className="flex flex-col gap-1">
      {me.data ? (
        <p className="mb-3 text-[13px] text-quiet">
          You are logged in as {me.data.email}, and accept as that. Somebody else?{' '}
          <button type="button" className="door text-ink" onClick={() => leaving.mutate()}>
            Log out
          </button>
        </p>
      ) : (
        <p className="mb-3 text-[13px] text-quiet">
          Choose what you will log in with. Your e-mail address is the one that was invited.
        </p>
      )}
      {!me.data && (
        <>
          <TextField
            label="Name"
            name="name"
            error={errorOf(accepting.error, 'name')}
            autoComplete="name"
            maxLength={200}
            autoFocus
          />
          <TextField
            label="Password"
            name="password"
            type="password"
            hint="At least 8 characters"
            error={errorOf(accepting.error, 'password')}
            autoComplete="new-password"
          />
        </>
      )}
      <div className="mb-4 min-h-5">
        <FailureNote error={otherErrors(accepting.error, ['name', 'password']) ?? leaving.error} />
        {mustLogIn && (
          <p className="mt-2 text-[13px]">
            <a href="/login" target="_blank" className="door">
              Log in in another tab
            </a>
            , then come back here.
          </p>
        )}
      </div>
      <Button type="submit" look="ink" disabled={!isAlive || accepting.isPending || accepting.isSuccess}>
        Accept the invitation
      </Button>
    </form>
  );
}
