'use client';

import type { IssuedCredential } from '@restante/api-client';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import Link from 'next/link';
import { useState } from 'react';
import { credentialCountQuery } from '@/tenants/tenants.ts';
import { createCredential } from '@/credentials/credentials.ts';
import { publishLine, subscribeLine } from '@/credentials/snippets.ts';
import { Button } from '@/interface/button.tsx';
import { CopyButton } from '@/interface/copy-button.tsx';
import { FailureNote } from '@/interface/failure-note.tsx';
import { SectionHeading } from '@/interface/heading.tsx';
import { Steps } from '@/interface/steps.tsx';
import { useMay } from '@/shell/permissions.ts';
import { FirstMessage } from './first-message.tsx';

const USERNAME = 'device-1';

interface FirstRunProps {
  tenant: string;
  mqttPort: number;
}

/** On a tenant that has no credential: the short way to its first message. It stays until it is closed. */
export function FirstRun({ tenant, mqttPort }: FirstRunProps) {
  const mayIssue = useMay(tenant, 'credentials:write');
  const { data } = useQuery({ ...credentialCountQuery(tenant), enabled: mayIssue });
  const [isFirst, setIsFirst] = useState<boolean>();
  // As it was when one came: the credential that is issued here does not end it.
  if (isFirst === undefined && data !== undefined) setIsFirst(data.count === 0);
  if (isFirst !== true) return null;
  return <FirstSteps tenant={tenant} mqttPort={mqttPort} onClose={() => setIsFirst(false)} />;
}

function FirstSteps({ tenant, mqttPort, onClose }: FirstRunProps & { onClose: () => void }) {
  const [issued, setIssued] = useState<IssuedCredential>();
  const [isReceived, setIsReceived] = useState(false);
  const steps = [
    { name: `The tenant ${tenant} is there`, isDone: true },
    {
      name: 'Issue a credential',
      isDone: issued !== undefined,
      children: <IssueFirst tenant={tenant} onIssued={setIssued} />,
    },
    {
      name: 'Publish a first message',
      isDone: isReceived,
      children: issued !== undefined && <FirstLines tenant={tenant} issued={issued} mqttPort={mqttPort} />,
    },
  ];
  return (
    <section
      aria-label="First steps"
      data-testid="first-run"
      className="mb-8 border border-ink bg-raised p-4"
    >
      <SectionHeading actions={<Button onClick={onClose}>Close</Button>}>Your first message</SectionHeading>
      <Steps label="First steps" steps={steps} />
      {issued !== undefined && <FirstMessage tenant={tenant} onReceived={() => setIsReceived(true)} />}
    </section>
  );
}

function IssueFirst({ tenant, onIssued }: { tenant: string; onIssued: (issued: IssuedCredential) => void }) {
  const queries = useQueryClient();
  const issuing = useMutation({
    mutationFn: () => createCredential(tenant, { username: USERNAME, label: 'The first' }),
    onSuccess: async (issued) => {
      onIssued(issued);
      await queries.invalidateQueries({ queryKey: ['credentials', tenant] });
    },
  });
  return (
    <div className="mt-1 flex flex-col items-start gap-2">
      <p className="text-quiet">
        Clients log in with one. Its secret is shown once, in the commands that follow.
      </p>
      <Button look="ink" onClick={() => issuing.mutate()} disabled={issuing.isPending}>
        Issue {USERNAME}
      </Button>
      <FailureNote error={issuing.error} />
    </div>
  );
}

interface FirstLinesProps extends FirstRunProps {
  issued: IssuedCredential;
}

/** Ready to be pasted: another terminal can receive, with a session that outlives it. */
function FirstLines({ tenant, issued: { mqttUsername, password }, mqttPort }: FirstLinesProps) {
  const login = { host: window.location.hostname, port: mqttPort, mqttUsername, password };
  return (
    <div className="mt-1 flex flex-col gap-2">
      <Line name="Publish" text={publishLine(login)} />
      <Line name="Receive" text={subscribeLine({ ...login, clientId: USERNAME })} />
      <p className="text-quiet">
        Paste the first into a terminal (Debian: apt install mosquitto-clients). No terminal at hand?{' '}
        <Link href={`/tenants/${tenant}/try-it`} className="door text-ink">
          Try it in this browser
        </Link>
        .
      </p>
    </div>
  );
}

function Line({ name, text }: { name: string; text: string }) {
  return (
    <div className="grid grid-cols-[64px_minmax(0,1fr)_auto] items-center gap-x-3">
      <span className="text-quiet">{name}</span>
      <code data-testid={`first-${name.toLowerCase()}`} className="font-mono text-xs break-all">
        {text}
      </code>
      <CopyButton text={text} label={`Copy the command: ${name}`} />
    </div>
  );
}
