'use client';

import { type Message } from '@restante/api-client';
import { type ReactNode } from 'react';
import { Button } from '@/interface/button.tsx';
import { Dialog } from '@/interface/dialog.tsx';
import { MessageFacts } from './message-facts.tsx';
import { PayloadViewer } from './payload-viewer.tsx';

interface MessageDialogProps {
  message: Message;
  /** Beside "Close". */
  actions?: ReactNode;
  onClose: () => void;
}

/** All of a message that waits in no queue: one that was just published, or is retained. */
export function MessageDialog({ message, actions, onClose }: MessageDialogProps) {
  return (
    <Dialog title={message.topic} look="wide" onClose={onClose}>
      <div className="mt-3 flex flex-col gap-4">
        <MessageFacts message={message} />
        <PayloadViewer message={message} />
      </div>
      <div className="mt-4 flex justify-end gap-2">
        {actions}
        <Button onClick={onClose}>Close</Button>
      </div>
    </Dialog>
  );
}
