'use client';

import { useQuery } from '@tanstack/react-query';
import { Dialog } from '@/interface/dialog.tsx';
import { LoadState } from '@/interface/load-state.tsx';
import { MessageDialog } from '@/session/message-dialog.tsx';
import { retainedQuery } from './retained.ts';

interface RetainedDialogProps {
  tenant: string;
  topic: string;
  onClose: () => void;
}

export function RetainedDialog({ tenant, topic, onClose }: RetainedDialogProps) {
  const { data, error } = useQuery(retainedQuery(tenant, topic));
  if (data !== undefined) return <MessageDialog message={data} onClose={onClose} />;
  return (
    <Dialog title={topic} look="wide" onClose={onClose}>
      <LoadState label="The message" data={undefined} error={error} rows={4}>
        {() => null}
      </LoadState>
    </Dialog>
  );
}
