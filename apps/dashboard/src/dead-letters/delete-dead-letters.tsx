'use client';

import { ConfirmedChange } from '@/api/confirmed-change.tsx';
import { formatCountOf } from '@/format/numbers.ts';
import { type Chosen, deleteDeadLetters, staleAfter } from './dead-letters.ts';
import { useChosenCount } from './use-chosen-count.ts';

interface DeleteDeadLettersProps {
  tenant: string;
  chosen: Chosen;
  onEnd: () => void;
}

/** Asks before dead letters are gone for good. */
export function DeleteDeadLetters({ tenant, chosen, onEnd }: DeleteDeadLettersProps) {
  const count = useChosenCount(tenant, chosen);
  return (
    <ConfirmedChange
      title="Delete dead letters"
      action="Delete"
      isUnknown={count === undefined}
      run={() => deleteDeadLetters(tenant, chosen)}
      stale={staleAfter(tenant)}
      told={(deleted) => `${formatCountOf(deleted, 'dead letter')} deleted`}
      onEnd={onEnd}
    >
      <p>
        {count === undefined
          ? 'Counting what is matched.'
          : `Lost for good: ${count} with topic and payload. The ledger keeps the account of them.`}
      </p>
    </ConfirmedChange>
  );
}
