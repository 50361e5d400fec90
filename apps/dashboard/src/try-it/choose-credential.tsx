'use client';

import { type FormEvent, useState } from 'react';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { createCredential, credentialsQuery } from '@/credentials/credentials.ts';
import { currentTime } from '@/format/clock.ts';
import { Button } from '@/interface/button.tsx';
import { FailureNote } from '@/interface/failure-note.tsx';
import { TextField } from '@/interface/field.tsx';
import { SectionHeading } from '@/interface/heading.tsx';
import { useMay } from '@/shell/permissions.ts';
import type { TryLogin } from './try-client.ts';

/** A credential that is made for trying is good for so long. */
const HOUR_MS = 3_600_000;
const NAME_LENGTH = 6;

interface ChooseCredentialProps {
  tenant: string;
  onChoose: (login: TryLogin) => void;
}

/** With what to connect: a credential made for it, or one that is known. Its secret stays in this page. */
export function ChooseCredential({ tenant, onChoose }: ChooseCredentialProps) {
  const mayIssue = useMay(tenant, 'credentials:write');
  return (
    <div className="grid max-w-4xl gap-x-12 gap-y-8 lg:grid-cols-2">
      {mayIssue && <IssueOne tenant={tenant} onChoose={onChoose} />}
      <UseOne tenant={tenant} onChoose={onChoose} />
    </div>
  );
}

function IssueOne({ tenant, onChoose }: ChooseCredentialProps) {
  const queries = useQueryClient();
  const issuing = useMutation({
    mutationFn: () => {
      const username = `try-${randomName()}`;
      const expiresAt = new Date(currentTime() + HOUR_MS).toISOString();
      return createCredential(tenant, { username, label: 'Made by “Try it”', expiresAt });
    },
    onSuccess: async ({ username, mqttUsername, password }) => {
      onChoose({ username: mqttUsername, password, clientId: username });
      await queries.invalidateQueries({ queryKey: ['credentials', tenant] });
    },
  });
  return (
    <section aria-label="A new credential" className="flex flex-col items-start gap-3">
      <SectionHeading>A new credential</SectionHeading>
      <p className="text-[13px] text-quiet">
        One that is good for an hour is issued, and the client connects with it. Nothing has to be typed.
      </p>
      <Button look="ink" onClick={() => issuing.mutate()} disabled={issuing.isPending}>
        Issue and connect
      </Button>
      <FailureNote error={issuing.error} />
    </section>
  );
}

/** Letters and digits, so that two who try at once do not meet. */
function randomName(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(NAME_LENGTH));
  return [...bytes].map((byte) => (byte % 36).toString(36)).join('');
}

function UseOne({ tenant, onChoose }: ChooseCredentialProps) {
  const { data } = useQuery(credentialsQuery(tenant, undefined, undefined));
  const [username, setUsername] = useState('');
  const [password, setPassword] = useState('');
  const submit = (event: FormEvent) => {
    event.preventDefault();
    onChoose({ username: `${tenant}:${username}`, password, clientId: `try-${username}` });
  };
  return (
    <section aria-label="A credential you have" className="flex flex-col gap-3">
      <SectionHeading>A credential you have</SectionHeading>
      <form onSubmit={submit} noValidate className="flex flex-col items-start gap-1">
        <div className="flex w-full max-w-80 flex-col gap-2">
          <TextField
            label="User name"
            hint={`Connects as ${tenant}:${username === '' ? 'device' : username}`}
            value={username}
            onChange={({ target }) => setUsername(target.value)}
            list="try-credentials"
            className="font-mono"
            autoComplete="off"
            spellCheck={false}
          />
          <datalist id="try-credentials">
            {data?.items.map((credential) => (
              <option key={credential.username} value={credential.username} />
            ))}
          </datalist>
          <TextField
            label="Secret"
            type="password"
            value={password}
            onChange={({ target }) => setPassword(target.value)}
            className="font-mono"
            autoComplete="off"
          />
        </div>
        <Button type="submit" disabled={username === '' || password === ''}>
          Connect
        </Button>
      </form>
    </section>
  );
}
