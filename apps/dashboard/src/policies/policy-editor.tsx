'use client';

import type { Policy } from '@restante/api-client';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { errorOf, otherErrors } from '@/api/field-errors.ts';
import { formatCountOf } from '@/format/numbers.ts';
import { Button } from '@/interface/button.tsx';
import { FailureNote } from '@/interface/failure-note.tsx';
import { tell } from '@/interface/toasts.ts';
import { DryRunAnswer } from './dry-run-answer.tsx';
import { type Settings, updatePolicy } from './policies.ts';
import { FIELD_GROUPS } from './policy-field.ts';
import { PolicyInput } from './policy-input.tsx';
import { useDryRun } from './use-dry-run.ts';

interface PolicyEditorProps {
  tenant: string;
  policy: Policy;
  onEnd: () => void;
}

const PATHS = FIELD_GROUPS.flatMap(({ fields }) => fields.map(({ field }) => `settings.${field}`));

/** Changes a policy's settings; what the queues would lose is told before it is saved. */
export function PolicyEditor({ tenant, policy: { name, settings }, onEnd }: PolicyEditorProps) {
  const [draft, setDraft] = useState<Settings>(settings);
  const changed = changesOf(settings, draft);
  const isComplete = !Object.values(draft).includes(undefined);
  const trial = useDryRun(tenant, name, isComplete ? changed : {});
  const queries = useQueryClient();
  const saving = useMutation({
    mutationFn: () => updatePolicy(tenant, name, { settings: changed }),
    onSuccess: async () => {
      await queries.invalidateQueries({ queryKey: ['policies', tenant] });
      tell(`Policy ${name} saved`);
      onEnd();
    },
  });
  const error = saving.error ?? trial.error;
  const isChanged = Object.keys(changed).length > 0;
  const losses = trial.answer?.droppedMessages ?? 0;
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (trial.isSettled) saving.mutate();
  };
  return (
    <form onSubmit={submit} noValidate aria-label={`Edit the policy ${name}`} className="py-3">
      {FIELD_GROUPS.map((group) => (
        <fieldset key={group.name} className="mb-3">
          <legend className="mb-1 text-xs text-quiet">{group.name}</legend>
          <div className="grid gap-x-6 gap-y-2 sm:grid-cols-2 xl:grid-cols-3">
            {group.fields.map((about) => (
              <PolicyInput
                key={about.field}
                about={about}
                value={draft[about.field]}
                error={errorOf(error, `settings.${about.field}`)}
                onChange={(value) => {
                  setDraft({ ...draft, [about.field]: value });
                  saving.reset();
                }}
              />
            ))}
          </div>
        </fieldset>
      ))}
      <div className="min-h-16" aria-live="polite">
        <FailureNote error={otherErrors(error, PATHS)} />
        {isChanged && error === null && <DryRunAnswer tenant={tenant} answer={trial.answer} />}
      </div>
      <div className="flex flex-wrap gap-2">
        <Button
          type="submit"
          look={losses > 0 ? 'danger' : 'ink'}
          disabled={!isChanged || !isComplete || !trial.isSettled || error !== null || saving.isPending}
        >
          {losses > 0 ? `Save, and drop ${formatCountOf(losses, 'message')}` : 'Save policy'}
        </Button>
        <Button onClick={onEnd}>Cancel</Button>
      </div>
    </form>
  );
}

function changesOf(settings: Settings, draft: Settings): Settings {
  return Object.fromEntries(Object.entries(draft).filter(([field, value]) => value !== settings[field]));
}
