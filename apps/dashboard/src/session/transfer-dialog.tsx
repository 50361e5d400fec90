'use client';

import type { SessionDetail } from '@restante/api-client';
import { type FormEvent, useState } from 'react';
import { errorOf, otherErrors } from '@/api/field-errors.ts';
import { formatCountOf } from '@/format/numbers.ts';
import { Button } from '@/interface/button.tsx';
import { Dialog } from '@/interface/dialog.tsx';
import { FailureNote } from '@/interface/failure-note.tsx';
import { TextField } from '@/interface/field.tsx';
import { type QueueOf, type Transfer, transfer } from './queue.ts';
import { describeTaken, useTaken } from './taken.tsx';
import { useQueueChange } from './use-queue-change.ts';

interface TransferDialogProps {
  of: QueueOf;
  how: Transfer;
  session: SessionDetail;
  topicFilter: string | undefined;
  onEnd: () => void;
}

const WORDS = {
  move: { verb: 'Move', participle: 'moved', fate: 'They leave this queue.' },
  copy: { verb: 'Copy', participle: 'copied', fate: 'They stay in this queue too.' },
};

/** Asks for the session that is to get what waits here, and says how much it is. */
export function TransferDialog({ of, how, session, topicFilter, onEnd }: TransferDialogProps) {
  const [to, setTo] = useState('');
  const taken = useTaken(of, session, topicFilter);
  const { verb, participle, fate } = WORDS[how];
  const transferring = useQueueChange(
    of,
    () => transfer(of, how, to, topicFilter),
    (count) => `${formatCountOf(count, 'message')} ${participle} to ${to}`,
    onEnd,
  );
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (to !== '') transferring.mutate();
  };
  return (
    <Dialog title={`${verb} to another session`} onClose={onEnd}>
      <form onSubmit={submit} noValidate className="mt-2 flex flex-col gap-3">
        <p className="text-[13px]">
          {taken === undefined
            ? 'Counting what is matched.'
            : `${describeTaken(taken)} will be ${participle}.`}{' '}
          {fate}
        </p>
        <TextField
          label="Client identifier"
          hint="Of the session that is to get them"
          error={errorOf(transferring.error, 'to')}
          value={to}
          onChange={({ target }) => setTo(target.value)}
          className="font-mono"
          autoComplete="off"
          spellCheck={false}
          autoFocus
        />
        <FailureNote error={otherErrors(transferring.error, ['to'])} />
        <div className="flex justify-end gap-2">
          <Button onClick={onEnd}>Cancel</Button>
          <Button
            type="submit"
            look="ink"
            disabled={to === '' || taken === undefined || transferring.isPending}
          >
            {verb} messages
          </Button>
        </div>
      </form>
    </Dialog>
  );
}
