'use client';

import type { DeletedSessions } from '@restante/api-client';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { formatBytes, formatCountOf } from '@/format/numbers.ts';
import { Button } from '@/interface/button.tsx';
import { Dialog } from '@/interface/dialog.tsx';
import { FailureNote } from '@/interface/failure-note.tsx';
import { tell } from '@/interface/toasts.ts';
import { OrphanList } from './orphan-list.tsx';
import { deleteOrphans, orphansLossQuery } from './orphans.ts';

interface OrphansDialogProps {
  tenant: string;
  onClose: () => void;
}

/** Sessions that nobody seems to come back for, and the way to delete them all, with what is lost told before. */
export function OrphansDialog({ tenant, onClose }: OrphansDialogProps) {
  return (
    <Dialog title="Orphan suspects" look="wide" onClose={onClose}>
      <p className="mt-1 mb-3 max-w-prose text-[13px] text-quiet">
        Offline for a week or for half of their expiry interval, and under a client identifier that looks made
        up, or never back after their first connection.
      </p>
      <OrphanList tenant={tenant} />
      <Deletion tenant={tenant} onClose={onClose} />
    </Dialog>
  );
}

function Deletion({ tenant, onClose }: OrphansDialogProps) {
  const queries = useQueryClient();
  const { data: loss, error } = useQuery(orphansLossQuery(tenant));
  const deletion = useMutation({
    mutationFn: () => deleteOrphans(tenant),
    onSuccess: async (sessions) => {
      tell(`${formatCountOf(sessions, 'session')} deleted`);
      onClose();
      await queries.invalidateQueries({ queryKey: ['orphans', tenant] });
    },
  });
  return (
    <>
      <p role="status" data-testid="orphans-loss" className="mt-3 min-h-5 text-[13px]">
        {loss !== undefined && describeLoss(loss)}
      </p>
      <FailureNote error={error ?? deletion.error} />
      <div className="mt-4 flex justify-end gap-2">
        <Button onClick={onClose}>Close</Button>
        <Button
          look="danger"
          onClick={() => deletion.mutate()}
          disabled={loss === undefined || loss.sessions === 0 || deletion.isPending}
        >
          {loss === undefined || loss.sessions === 0
            ? 'Delete all'
            : `Delete ${formatCountOf(loss.sessions, 'session')}`}
        </Button>
      </div>
    </>
  );
}

function describeLoss({ sessions, queuedMessages, queuedBytes, isEstimate }: DeletedSessions): string {
  if (sessions === 0) return '';
  const about = isEstimate ? 'about ' : '';
  const queues = `${about}${formatCountOf(queuedMessages, 'queued message')} (${formatBytes(queuedBytes)})`;
  return `Deleting them loses for good: ${about}${formatCountOf(sessions, 'session')} with all subscriptions, and ${queues}.`;
}
