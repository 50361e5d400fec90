'use client';

import { useState } from 'react';
import { errorOf, otherErrors } from '@/api/field-errors.ts';
import { useChange } from '@/api/use-change.ts';
import { AmountField } from '@/interface/amount-field.tsx';
import { FormFrame } from '@/interface/form-frame.tsx';
import { QUOTA_NAMES, type QuotaName, QUOTAS, type Quotas } from './quotas.ts';
import { changeTenant, staleAfterChange } from './tenants.ts';

interface QuotaFormProps {
  tenant: string;
  quotas: Quotas;
  onEnd: () => void;
}

/** undefined: what stands there is no number. */
type Draft = Record<QuotaName, number | null | undefined>;

const PATHS = QUOTA_NAMES.map((name) => `quotas.${name}`);

/** Sends those quotas that were changed; an empty one is none. */
export function QuotaForm({ tenant, quotas, onEnd }: QuotaFormProps) {
  // What somebody else changes meanwhile stays as they left it, unless it is changed here too.
  const [before] = useState(quotas);
  const [draft, setDraft] = useState<Draft>(before);
  const changed = QUOTA_NAMES.filter((name) => draft[name] !== before[name]);
  const saving = useChange({
    run: () =>
      changeTenant(tenant, { quotas: Object.fromEntries(changed.map((name) => [name, draft[name]])) }),
    stale: staleAfterChange(tenant),
    told: () => `Quotas of ${tenant} saved`,
    onDone: onEnd,
  });
  return (
    <FormFrame
      action="Save quotas"
      isReady={changed.length > 0 && changed.every((name) => draft[name] !== undefined)}
      isPending={saving.isPending}
      error={otherErrors(saving.error, PATHS)}
      onSubmit={() => saving.mutate()}
      onCancel={onEnd}
      note="They bind at once. Who has more than a new quota keeps it."
    >
      <div className="grid gap-x-6 gap-y-2 sm:grid-cols-2 lg:grid-cols-3">
        {QUOTA_NAMES.map((name) => (
          <AmountField
            key={name}
            label={QUOTAS[name].name}
            kind={QUOTAS[name].kind}
            value={before[name]}
            isOptional
            hint={QUOTAS[name].hint}
            error={errorOf(saving.error, `quotas.${name}`)}
            onChange={(value) => {
              setDraft({ ...draft, [name]: value });
              saving.reset();
            }}
          />
        ))}
      </div>
    </FormFrame>
  );
}
