'use client';

import { useMutation } from '@tanstack/react-query';
import { useState } from 'react';
import { formatCount, formatCountOf, formatList } from '@/format/numbers.ts';
import { Confirmation } from '@/interface/confirmation.tsx';
import { tell, tellFailure } from '@/interface/toasts.ts';
import type { LiveSession } from '@/live/live-session.ts';
import { type BulkAction, namesInShort } from './bulk-action.ts';
import { changeSessions, type Outcome } from './change-sessions.ts';

interface BulkQuestionProps {
  tenant: string;
  action: BulkAction;
  /** Those on whom it has an effect. */
  sessions: LiveSession[];
  onEnd: () => void;
  onDone: () => void;
}

/** Asks before many sessions are changed, with what is lost as it was when the question was asked. */
export function BulkQuestion({ tenant, action, sessions, onEnd, onDone }: BulkQuestionProps) {
  const [asked] = useState(sessions);
  const [progress, setProgress] = useState(0);
  const doing = useMutation({
    mutationFn: () => changeSessions(tenant, action.change, namesOf(asked), setProgress),
    onSuccess: (outcome) => {
      tellOutcome(action, outcome);
      onEnd();
      onDone();
    },
  });
  return (
    <Confirmation
      title={`${action.verb}: ${formatCountOf(asked.length, 'session')}`}
      action={action.verb}
      isPending={doing.isPending}
      error={doing.error}
      onConfirm={() => doing.mutate()}
      onCancel={onEnd}
    >
      <p className="font-mono text-xs break-all text-quiet">{namesInShort(asked)}</p>
      {action.loss(asked).map((sentence) => (
        <p key={sentence}>{sentence}</p>
      ))}
      <p className="min-h-5 text-quiet tabular-nums" role="status">
        {doing.isPending && `${formatCount(progress)} of ${formatCount(asked.length)} done`}
      </p>
    </Confirmation>
  );
}

function namesOf(sessions: LiveSession[]): string[] {
  return sessions.map(({ clientId }) => clientId);
}

function tellOutcome({ participle }: BulkAction, { done, refused }: Outcome): void {
  if (done > 0) tell(`${formatCountOf(done, 'session')} ${participle}`);
  const reasons = [...refused].map(([code, count]) => `${formatCount(count)} ${code}`);
  if (reasons.length > 0) tellFailure(`Not ${participle}: ${formatList(reasons)}`);
}
