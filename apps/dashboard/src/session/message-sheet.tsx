'use client';

import type { QueuedMessage } from '@restante/api-client';
import { useQuery } from '@tanstack/react-query';
import { Button } from '@/interface/button.tsx';
import { Dialog } from '@/interface/dialog.tsx';
import { BroughtBy, MessageFacts } from './message-facts.tsx';
import { PayloadViewer } from './payload-viewer.tsx';
import { type QueueOf, queueQuery } from './queue.ts';

interface MessageSheetProps {
  of: QueueOf;
  /** The page of the queue that it is on. */
  page: { after?: string; topicFilter?: string };
  queued: QueuedMessage;
  onClose: () => void;
}

/** All of one message. It stays what it was, even when it is delivered meanwhile. */
export function MessageSheet({ of, page, queued, onClose }: MessageSheetProps) {
  const { data } = useQuery({ ...queueQuery(of, { ...page, isWhole: true }), placeholderData: undefined });
  const message = data?.items.find(({ id }) => id === queued.id)?.message ?? queued.message;
  return (
    <Dialog title={message?.topic ?? queued.id} look="wide" onClose={onClose}>
      {message !== null && (
        <div className="mt-3 flex flex-col gap-4">
          <MessageFacts message={message}>
            <BroughtBy topicFilters={queued.topicFilters} />
          </MessageFacts>
          <PayloadViewer message={message} />
        </div>
      )}
      <div className="mt-4 flex justify-end">
        <Button onClick={onClose}>Close</Button>
      </div>
    </Dialog>
  );
}
