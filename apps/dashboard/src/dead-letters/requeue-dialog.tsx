'use client';

import type { LeftDeadLetters } from '@restante/api-client';
import { type FormEvent, useState } from 'react';
import { errorOf, otherErrors } from '@/api/field-errors.ts';
import { useChange } from '@/api/use-change.ts';
import { formatCountOf } from '@/format/numbers.ts';
import { Button } from '@/interface/button.tsx';
import { Dialog } from '@/interface/dialog.tsx';
import { FailureNote } from '@/interface/failure-note.tsx';
import { TextField } from '@/interface/field.tsx';
import { type Chosen, requeue, staleAfter } from './dead-letters.ts';
import { useChosenCount } from './use-chosen-count.ts';

interface RequeueDialogProps {
  tenant: string;
  chosen: Chosen;
  onEnd: () => void;
}

/** Asks for the session that is to get dead letters, and says which of them could not be queued. */
export function RequeueDialog({ tenant, chosen, onEnd }: RequeueDialogProps) {
  const [to, setTo] = useState('');
  const count = useChosenCount(tenant, chosen);
  const queueing = useChange({
    run: () => requeue(tenant, chosen, to === '' ? undefined : to),
    stale: staleAfter(tenant),
    told: ({ messages }) =>
      messages === 0 ? undefined : `${formatCountOf(messages, 'message')} queued again`,
    onDone: ({ left }) => left.length === 0 && onEnd(),
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    queueing.mutate();
  };
  const left = queueing.data?.left ?? [];
  return (
    <Dialog title="Queue again" onClose={onEnd}>
      <form onSubmit={submit} noValidate className="mt-2 flex flex-col gap-3">
        <p className="text-[13px]">
          {count === undefined ? 'Counting what is matched.' : `To be queued again: ${count}.`} What is queued
          is a dead letter no more.
        </p>
        <TextField
          label="Client identifier"
          hint="Of the session that is to get them; empty: whoever lost them"
          error={errorOf(queueing.error, 'to')}
          value={to}
          onChange={({ target }) => {
            setTo(target.value);
            queueing.reset();
          }}
          className="font-mono"
          autoComplete="off"
          spellCheck={false}
          autoFocus
        />
        <FailureNote error={otherErrors(queueing.error, ['to'])} />
        {left.length > 0 && <Left left={left} />}
        <div className="flex justify-end gap-2">
          <Button onClick={onEnd}>{left.length > 0 ? 'Close' : 'Cancel'}</Button>
          <Button type="submit" look="ink" disabled={count === undefined || queueing.isPending}>
            Queue again
          </Button>
        </div>
      </form>
    </Dialog>
  );
}

const PROBLEMS = {
  'no-session': 'there is no such session any more',
  'not-durable': 'the session ends with its connection and keeps no queue',
  'too-much': 'its queue cannot take them',
};

function Left({ left }: { left: LeftDeadLetters[] }) {
  return (
    <ul role="alert" className="border-l-2 border-accent pl-3 text-[13px] text-accent">
      {left.map(({ clientId, messages, problem }) => (
        <li key={clientId} className="break-words">
          {formatCountOf(messages, 'message')} not queued for <span className="font-mono">{clientId}</span>:{' '}
          {PROBLEMS[problem]}
        </li>
      ))}
    </ul>
  );
}
