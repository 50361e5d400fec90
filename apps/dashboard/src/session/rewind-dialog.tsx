'use client';

import type { RewoundSession } from '@restante/api-client';
import { useQuery } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { currentTime } from '@/format/clock.ts';
import { formatBytes, formatCountOf } from '@/format/numbers.ts';
import { Button } from '@/interface/button.tsx';
import { Dialog } from '@/interface/dialog.tsx';
import { FailureNote } from '@/interface/failure-note.tsx';
import { TextField } from '@/interface/field.tsx';
import { RelativeTime } from '@/interface/relative-time.tsx';
import { type QueueOf, rewind } from './queue.ts';
import { useQueueChange } from './use-queue-change.ts';

const HOUR_MS = 3_600_000;

/** Asks for a time, tells what the session would get again, and does it then. */
export function RewindDialog({ of, onEnd }: { of: QueueOf; onEnd: () => void }) {
  const [local, setLocal] = useState(() => toLocal(new Date(currentTime() - HOUR_MS)));
  const time = new Date(local);
  const to = Number.isNaN(time.getTime()) ? null : time.toISOString();
  const { data, error } = useQuery({
    queryKey: ['rewind', of.tenant, of.clientId, to],
    queryFn: () => rewind(of, to!, true),
    enabled: to !== null,
    retry: false,
  });
  const rewinding = useQueueChange(
    of,
    () => rewind(of, to!, false),
    ({ messages }) => `${formatCountOf(messages, 'message')} sent again`,
    onEnd,
  );
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (data !== undefined) rewinding.mutate();
  };
  return (
    <Dialog title={`Rewind ${of.clientId}`} onClose={onEnd}>
      <form onSubmit={submit} noValidate className="mt-2 flex flex-col gap-3">
        <TextField
          type="datetime-local"
          step={1}
          label="Since"
          hint="The client gets again what was accepted since then, in your time zone"
          error={to === null ? 'Not a time' : undefined}
          value={local}
          onChange={({ target }) => setLocal(target.value)}
        />
        <div role="status" className="min-h-10 text-[13px]">
          {error === null && data !== undefined && <Answer rewound={data} />}
        </div>
        <FailureNote error={rewinding.error ?? error} />
        <div className="flex justify-end gap-2">
          <Button onClick={onEnd}>Cancel</Button>
          <Button
            type="submit"
            look="ink"
            disabled={data === undefined || data.messages === 0 || error !== null || rewinding.isPending}
          >
            Rewind
          </Button>
        </div>
      </form>
    </Dialog>
  );
}

function Answer({ rewound: { messages, bytes, from, isComplete } }: { rewound: RewoundSession }) {
  return (
    <>
      <p>
        {messages === 0
          ? 'Nothing is kept from that time on.'
          : `${formatCountOf(messages, 'message')} (${formatBytes(bytes)}) will be sent again.`}
        {from !== null && (
          <>
            {' '}
            The first was published <RelativeTime iso={from} direction />.
          </>
        )}
      </p>
      {!isComplete && <p className="text-warning">Some of what came since then is not kept any more.</p>}
    </>
  );
}

/** As the field for it takes it: in the reader's time zone, to the second. */
function toLocal(time: Date): string {
  return new Date(time.getTime() - time.getTimezoneOffset() * 60_000).toISOString().slice(0, 19);
}
