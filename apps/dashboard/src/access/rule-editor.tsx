'use client';

import type { AccessRule } from '@restante/api-client';
import { Button } from '@/interface/button.tsx';
import { RuleRow } from './rule-row.tsx';

interface RuleEditorProps {
  rules: AccessRule[];
  /** Why the rule at this place was refused. */
  errorAt: (index: number) => string | undefined;
  onChange: (rules: AccessRule[]) => void;
}

const MOST = 1_000;
const NEW: AccessRule = { effect: 'allow', action: 'all', topicFilter: '' };

/** Rules one below the other: the first that is about a topic decides. */
export function RuleEditor({ rules, errorAt, onChange }: RuleEditorProps) {
  return (
    <div className="flex flex-col gap-2">
      <ol aria-label="Rules" className="flex flex-col">
        {rules.map((rule, index) => (
          <RuleRow
            key={index}
            place={index + 1}
            rule={rule}
            error={errorAt(index)}
            onChange={(changed) => onChange(rules.with(index, changed))}
            onRaise={index === 0 ? undefined : () => onChange(raised(rules, index))}
            onRemove={() => onChange(rules.toSpliced(index, 1))}
          />
        ))}
      </ol>
      <div className="flex flex-wrap items-center gap-3">
        <Button onClick={() => onChange([...rules, NEW])} disabled={rules.length >= MOST}>
          Add rule
        </Button>
        <p className="text-xs text-quiet">
          %c stands for the client identifier, %u for the user name. The first rule that is about a topic
          decides.
        </p>
      </div>
    </div>
  );
}

function raised(rules: AccessRule[], index: number): AccessRule[] {
  return rules.with(index, rules[index - 1]).with(index - 1, rules[index]);
}
