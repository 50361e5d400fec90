'use client';

import { useMutation } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { errorOf, otherErrors } from '@/api/field-errors.ts';
import { Button } from '@/interface/button.tsx';
import { FailureNote } from '@/interface/failure-note.tsx';
import { ChoiceField, TextField } from '@/interface/field.tsx';
import { SectionHeading } from '@/interface/heading.tsx';
import { Tick } from '@/interface/tick.tsx';
import { checkAccess } from './access.ts';
import { AccessVerdict } from './access-verdict.tsx';

const FIELDS = ['topic', 'clientId', 'qos', 'retain'];
const EMPTY = {
  username: '',
  clientId: '',
  action: 'publish' as 'publish' | 'subscribe',
  topic: '',
  qos: 1 as 0 | 1 | 2,
  retain: false,
};

/** Asks whether a credential may do something, and which rule says so; nothing is sent. */
export function AccessTester({ tenant }: { tenant: string }) {
  const [asked, setAsked] = useState(EMPTY);
  const asking = useMutation({
    mutationFn: ({ username, clientId, ...question }: typeof EMPTY) =>
      checkAccess(tenant, username, { ...question, ...(clientId === '' ? {} : { clientId }) }),
  });
  const change = (part: Partial<typeof EMPTY>) => {
    setAsked({ ...asked, ...part });
    asking.reset();
  };
  const { username, clientId, action, topic, qos, retain } = asked;
  const submit = (event: FormEvent) => {
    event.preventDefault();
    asking.mutate(asked);
  };
  const plain = { className: 'font-mono', autoComplete: 'off', spellCheck: false };
  return (
    <section className="mb-8">
      <SectionHeading>May it?</SectionHeading>
      <p className="mb-2 text-[13px] text-quiet">
        Asks the rules as they are now. Nothing is published or subscribed to.
      </p>
      <form onSubmit={submit} noValidate aria-label="Test access" className="max-w-4xl">
        <div className="grid gap-x-4 gap-y-2 sm:grid-cols-2 lg:grid-cols-3">
          <TextField
            label="Credential"
            hint="Its user name, without the tenant"
            value={username}
            onChange={({ target }) => change({ username: target.value })}
            {...plain}
          />
          <TextField
            label="Client identifier"
            hint="Takes the place of %c; may stay empty"
            error={errorOf(asking.error, 'clientId')}
            value={clientId}
            onChange={({ target }) => change({ clientId: target.value })}
            {...plain}
          />
          <ChoiceField
            label="Wants to"
            value={action}
            onChange={({ target }) => change({ action: target.value as typeof action })}
          >
            <option value="publish">publish</option>
            <option value="subscribe">subscribe</option>
          </ChoiceField>
          <TextField
            label={action === 'publish' ? 'Topic name' : 'Topic filter'}
            error={errorOf(asking.error, 'topic')}
            value={topic}
            onChange={({ target }) => change({ topic: target.value })}
            {...plain}
          />
          <ChoiceField
            label="QoS"
            value={qos}
            onChange={({ target }) => change({ qos: Number(target.value) as typeof qos })}
          >
            {[0, 1, 2].map((choice) => (
              <option key={choice}>{choice}</option>
            ))}
          </ChoiceField>
          {action === 'publish' && (
            <div className="self-center">
              <Tick
                label="Retained message"
                isTicked={retain}
                onChange={(isTicked) => change({ retain: isTicked })}
              />
            </div>
          )}
        </div>
        <Button type="submit" look="ink" disabled={username === '' || topic === '' || asking.isPending}>
          Test
        </Button>
        <div className="mt-3 min-h-16" aria-live="polite">
          <FailureNote error={otherErrors(asking.error, FIELDS)} />
          {asking.data !== undefined && <AccessVerdict decision={asking.data} />}
        </div>
      </form>
    </section>
  );
}
