import type { AccessRule } from '@restante/api-client';
import { ruleWords } from './rule-words.ts';

/** Rules in the order in which they are asked. */
export function RuleList({ label, rules }: { label: string; rules: AccessRule[] }) {
  if (rules.length === 0) return <p className="py-1.5 text-[13px] text-quiet">No rules.</p>;
  return (
    <ol aria-label={label} className="text-[13px]">
      {rules.map((rule, index) => (
        <li key={index} className="flex min-h-8 flex-wrap items-center gap-x-3 border-b border-hairline py-1">
          <span className="w-6 text-right text-quiet tabular-nums">{index + 1}</span>
          <span>{ruleWords(rule)}</span>
          <span className="font-mono break-all">{rule.topicFilter}</span>
        </li>
      ))}
    </ol>
  );
}
