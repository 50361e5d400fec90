'use client';

import type { DeadLetter } from '@restante/api-client';
import { useQuery } from '@tanstack/react-query';
import { Button } from '@/interface/button.tsx';
import { Dialog } from '@/interface/dialog.tsx';
import { FailureNote } from '@/interface/failure-note.tsx';
import { RelativeTime } from '@/interface/relative-time.tsx';
import { reasonMeaning, reasonName } from '@/ledger/reasons.ts';
import { BroughtBy, MessageFacts } from '@/session/message-facts.tsx';
import { PayloadViewer } from '@/session/payload-viewer.tsx';
import { deadLetterQuery } from './dead-letters.ts';

interface DeadLetterSheetProps {
  tenant: string;
  letter: DeadLetter;
  onClose: () => void;
}

/** All of one dead letter. */
export function DeadLetterSheet({ tenant, letter, onClose }: DeadLetterSheetProps) {
  const { data, error } = useQuery(deadLetterQuery(tenant, letter.id));
  const { message, topicFilter, reason, at, clientId } = data ?? letter;
  return (
    <Dialog title={message.topic} look="wide" onClose={onClose}>
      <div className="mt-3 flex flex-col gap-4">
        <p className="text-[13px]">
          {reasonName(reason)}, <RelativeTime iso={at} direction />: {reasonMeaning(reason)} Lost by{' '}
          <span className="font-mono break-all">{clientId}</span>.
        </p>
        <MessageFacts message={message}>
          <BroughtBy topicFilters={topicFilter === null ? [] : [topicFilter]} />
        </MessageFacts>
        <PayloadViewer message={message} />
        <FailureNote error={error} />
      </div>
      <div className="mt-4 flex justify-end">
        <Button onClick={onClose}>Close</Button>
      </div>
    </Dialog>
  );
}
