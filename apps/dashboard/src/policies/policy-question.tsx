'use client';

import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { Confirmation } from '@/interface/confirmation.tsx';
import { tell } from '@/interface/toasts.ts';
import { formatCountOf } from '@/format/numbers.ts';
import { DryRunAnswer } from './dry-run-answer.tsx';
import { deletePolicy, dryRunQuery, updatePolicy } from './policies.ts';

interface PolicyQuestionProps {
  tenant: string;
  name: string;
  about: 'default' | 'delete';
  onEnd: () => void;
}

const QUESTIONS = {
  default: {
    title: (name: string) => `Make ${name} the default policy?`,
    action: 'Make it the default',
    consequence:
      'Credentials without a policy of their own get it. Their queues are held to its limits at once: what is beyond them is dropped.',
    done: 'is the default policy',
    run: (tenant: string, name: string): Promise<unknown> => updatePolicy(tenant, name, { isDefault: true }),
  },
  delete: {
    title: (name: string) => `Delete the policy ${name}?`,
    action: 'Delete policy',
    consequence: 'Its settings are lost. While a credential names it, it cannot be deleted.',
    done: 'deleted',
    run: (tenant: string, name: string): Promise<unknown> => deletePolicy(tenant, name),
  },
};

/** Asks before a policy becomes the default, or goes. */
export function PolicyQuestion({ tenant, name, about, onEnd }: PolicyQuestionProps) {
  const { title, action, consequence, done, run } = QUESTIONS[about];
  const queries = useQueryClient();
  const isDefault = about === 'default';
  const trial = useQuery({ ...dryRunQuery(tenant, name, { isDefault: true }), enabled: isDefault });
  const losses = trial.data?.droppedMessages ?? 0;
  const doing = useMutation({
    mutationFn: () => run(tenant, name),
    onSuccess: async () => {
      onEnd();
      tell(`Policy ${name} ${done}`);
      await queries.invalidateQueries({ queryKey: ['policies', tenant] });
    },
  });
  return (
    <Confirmation
      title={title(name)}
      action={losses > 0 ? `${action}, and drop ${formatCountOf(losses, 'message')}` : action}
      isPending={doing.isPending || (isDefault && trial.isPending)}
      error={doing.error ?? trial.error}
      onConfirm={() => doing.mutate()}
      onCancel={onEnd}
    >
      <p>{consequence}</p>
      {isDefault && trial.error === null && (
        <div className="min-h-16" aria-live="polite">
          <DryRunAnswer tenant={tenant} answer={trial.data} />
        </div>
      )}
    </Confirmation>
  );
}
