'use client';

import { useQuery } from '@tanstack/react-query';
import { MessageDialog } from '@/session/message-dialog.tsx';
import { retainedQuery } from './retained.ts';

interface RetainedDialogProps {
  tenant: string;
  topic: string;
  onClose: () => void;
}

export function RetainedDialog({ tenant, topic, onClose }: RetainedDialogProps) {
  const { data, error } = useQuery(retainedQuery(tenant, topic));
  return <MessageDialog topic={topic} message={data} error={error} onClose={onClose} />;
}
