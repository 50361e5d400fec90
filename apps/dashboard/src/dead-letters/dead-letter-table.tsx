'use client';

import type { DeadLetter } from '@restante/api-client';
import Link from 'next/link';
import { useState } from 'react';
import { formatBytes } from '@/format/numbers.ts';
import { RelativeTime } from '@/interface/relative-time.tsx';
import { useRowCursor } from '@/interface/use-row-cursor.ts';
import { ActionsHead, RowAction, RowActions, WideTable } from '@/interface/wide-table.tsx';
import { reasonMeaning, reasonName } from '@/ledger/reasons.ts';
import { sessionAddress } from '@/sessions/addresses.ts';
import { useMay } from '@/shell/permissions.ts';
import { DeadLetterSheet } from './dead-letter-sheet.tsx';
import { DeleteDeadLetters } from './delete-dead-letters.tsx';
import { RequeueDialog } from './requeue-dialog.tsx';

type Act = 'show' | 'requeue' | 'delete';

/** Dead letters with what can be done to each. */
export function DeadLetterTable({ tenant, letters }: { tenant: string; letters: DeadLetter[] }) {
  const [asked, setAsked] = useState<{ act: Act; letter: DeadLetter }>();
  const mayChange = useMay(tenant, 'sessions:write');
  const { body, look } = useRowCursor(letters.length, (index) =>
    setAsked({ act: 'show', letter: letters[index] }),
  );
  const onEnd = () => setAsked(undefined);
  const chosen = asked === undefined ? { ids: [] } : { ids: [asked.letter.id] };
  return (
    <>
      <WideTable label="Dead letters">
        <thead>
          <tr>
            <th className="w-28">Lost</th>
            <th className="w-40">Reason</th>
            <th>Client</th>
            <th>Topic</th>
            <th>Payload</th>
            <th className="figure w-20">Size</th>
            <ActionsHead width="w-52" />
          </tr>
        </thead>
        <tbody ref={body}>
          {letters.map((letter, index) => (
            <tr key={letter.id} data-testid="dead-letter" {...look(index)}>
              <Cells tenant={tenant} letter={letter} />
              <RowActions>
                {(mayChange ? ACTS : ACTS.slice(0, 1)).map(({ act, name }) => (
                  <RowAction
                    key={act}
                    name={name}
                    to={letter.message.topic}
                    onAct={() => setAsked({ act, letter })}
                  />
                ))}
              </RowActions>
            </tr>
          ))}
        </tbody>
      </WideTable>
      {asked?.act === 'show' && <DeadLetterSheet tenant={tenant} letter={asked.letter} onClose={onEnd} />}
      {asked?.act === 'requeue' && <RequeueDialog tenant={tenant} chosen={chosen} onEnd={onEnd} />}
      {asked?.act === 'delete' && <DeleteDeadLetters tenant={tenant} chosen={chosen} onEnd={onEnd} />}
    </>
  );
}

/** To look is permitted to whoever sees the list. */
const ACTS: { act: Act; name: string }[] = [
  { act: 'show', name: 'Show' },
  { act: 'requeue', name: 'Queue again' },
  { act: 'delete', name: 'Delete' },
];

function Cells({ tenant, letter }: { tenant: string; letter: DeadLetter }) {
  const { at, reason, clientId, message } = letter;
  return (
    <>
      <td className="text-quiet">
        <RelativeTime iso={at} direction />
      </td>
      <td title={reasonMeaning(reason)}>{reasonName(reason)}</td>
      <td className="font-mono" title={clientId}>
        <Link href={sessionAddress(tenant, clientId)} className="door">
          {clientId}
        </Link>
      </td>
      <td className="font-mono" title={message.topic}>
        {message.topic}
      </td>
      <td className="font-mono text-quiet">{message.encoding === 'utf8' ? message.payload : 'binary'}</td>
      <td className="figure text-quiet">
        {message.payloadBytes === null ? '' : formatBytes(message.payloadBytes)}
      </td>
    </>
  );
}
