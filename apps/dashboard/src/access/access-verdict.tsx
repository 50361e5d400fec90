import type { AccessDecision } from '@restante/api-client';
import { ruleWords } from './rule-words.ts';

/** Yes or no, and the rule that says so. */
export function AccessVerdict({ decision: { allowed, reason, rule } }: { decision: AccessDecision }) {
  return (
    <div
      data-testid="access-verdict"
      className={`border-l-2 pl-3 text-[13px] ${allowed ? 'border-online' : 'border-accent'}`}
    >
      <p className={`font-medium ${allowed ? 'text-online' : 'text-accent'}`}>{reason}</p>
      {rule === null ? (
        <p className="text-quiet">No rule is about this topic.</p>
      ) : (
        <p>
          {ruleWords(rule.rule)} <span className="font-mono break-all">{rule.rule.topicFilter}</span>
        </p>
      )}
    </div>
  );
}
