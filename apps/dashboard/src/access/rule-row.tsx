'use client';

import type { AccessRule } from '@restante/api-client';
import { useId } from 'react';
import { Choice } from '@/interface/choice.tsx';

interface RuleRowProps {
  /** From 1. */
  place: number;
  rule: AccessRule;
  error: string | undefined;
  onChange: (rule: AccessRule) => void;
  /** undefined: it is the first. */
  onRaise: (() => void) | undefined;
  onRemove: () => void;
}

const named = (...values: string[]) => values.map((value) => ({ value, name: value }));
const EFFECTS = named('allow', 'deny');
const ACTIONS = [
  { value: 'publish', name: 'publish' },
  { value: 'subscribe', name: 'subscribe' },
  { value: 'all', name: 'both' },
];
const QOS = named('0', '1', '2');
const RETAIN = [
  { value: 'yes', name: 'may be' },
  { value: 'no', name: 'may not be' },
];

export function RuleRow({ place, rule, error, onChange, onRaise, onRemove }: RuleRowProps) {
  const told = useId();
  const change = (part: Partial<AccessRule>) => onChange({ ...rule, ...part });
  return (
    <li className="flex flex-wrap items-center gap-2 border-b border-hairline py-2 text-[13px]">
      <span className="w-6 text-right text-quiet tabular-nums">{place}</span>
      <Choice
        label="Rule"
        value={rule.effect}
        options={EFFECTS}
        onChange={(effect) => change({ effect: effect as AccessRule['effect'] })}
      />
      <Choice
        label="to"
        value={rule.action}
        options={ACTIONS}
        onChange={(action) => change({ action: action as AccessRule['action'] })}
      />
      <input
        aria-label={`Topic filter of rule ${place}`}
        aria-invalid={error !== undefined}
        aria-describedby={error === undefined ? undefined : told}
        value={rule.topicFilter}
        onChange={({ target }) => change({ topicFilter: target.value })}
        placeholder="devices/%c/#"
        autoComplete="off"
        spellCheck={false}
        className={`h-8 min-w-48 flex-1 rounded-xs border bg-raised px-2 font-mono placeholder:text-quiet ${error === undefined ? 'border-frame' : 'border-accent'}`}
      />
      {rule.effect === 'allow' && (
        <Choice
          label="QoS up to"
          value={String(rule.maxQoS ?? 2)}
          options={QOS}
          onChange={(qos) => change({ maxQoS: Number(qos) as 0 | 1 | 2 })}
        />
      )}
      {rule.effect === 'allow' && rule.action !== 'subscribe' && (
        <Choice
          label="Retained"
          value={rule.retain === false ? 'no' : 'yes'}
          options={RETAIN}
          onChange={(retain) => change({ retain: retain === 'yes' })}
        />
      )}
      <span className="flex gap-3">
        <button
          type="button"
          className="door disabled:opacity-50"
          aria-label={`Move rule ${place} up`}
          disabled={onRaise === undefined}
          onClick={onRaise}
        >
          Up
        </button>
        <button type="button" className="door" aria-label={`Remove rule ${place}`} onClick={onRemove}>
          Remove
        </button>
      </span>
      {error !== undefined && (
        <p id={told} role="alert" className="w-full pl-8 text-xs text-accent">
          {error}
        </p>
      )}
    </li>
  );
}
