'use client';

import type { Message } from '@restante/api-client';
import { Button } from '@/interface/button.tsx';
import { Dialog } from '@/interface/dialog.tsx';
import { LoadState } from '@/interface/load-state.tsx';
import { MessageFacts } from './message-facts.tsx';
import { PayloadViewer } from './payload-viewer.tsx';

interface MessageDialogProps {
  topic: string;
  /** undefined: it is on its way. */
  message: Message | undefined;
  error?: Error | null;
  onClose: () => void;
}

/** All of a message that waits in no queue: one that was just published, or is retained. */
export function MessageDialog({ topic, message, error = null, onClose }: MessageDialogProps) {
  return (
    <Dialog title={topic} look="wide" onClose={onClose}>
      <div className="mt-3 flex flex-col gap-4">
        <LoadState label="The message" data={message} error={error} rows={4}>
          {(shown) => (
            <>
              <MessageFacts message={shown} />
              <PayloadViewer message={shown} />
            </>
          )}
        </LoadState>
      </div>
      <div className="mt-4 flex justify-end">
        <Button onClick={onClose}>Close</Button>
      </div>
    </Dialog>
  );
}
