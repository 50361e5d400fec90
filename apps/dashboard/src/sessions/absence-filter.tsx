'use client';

import { useState } from 'react';
import { fromLocalTime, toLocalTime } from '@/format/local-time.ts';
import { Choice } from '@/interface/choice.tsx';
import type { SessionFilter } from './session-filter.ts';
import type { ChangeFilter } from './use-session-filter.ts';

const HOUR = 3_600;
const EXACT = 'exact';
const ABSENCES = [
  { value: '', name: 'any time' },
  { value: String(HOUR), name: '1 h' },
  { value: String(24 * HOUR), name: '1 d' },
  { value: String(7 * 24 * HOUR), name: '7 d' },
  { value: String(30 * 24 * HOUR), name: '30 d' },
];
const NO_ABSENCE = { absentSeconds: undefined, absentAfter: undefined, absentBefore: undefined };

/** For how long a session is offline: longer than so long, or since a time that lies between two. */
export function AbsenceFilter({ filter, onChange }: { filter: SessionFilter; onChange: ChangeFilter }) {
  const { absentSeconds, absentAfter, absentBefore } = filter;
  const [isOpen, setIsOpen] = useState(false);
  const isExact = isOpen || absentAfter !== undefined || absentBefore !== undefined;
  const choose = (value: string) => {
    setIsOpen(value === EXACT);
    const seconds = value === '' || value === EXACT ? undefined : Number(value);
    onChange({ ...NO_ABSENCE, absentSeconds: seconds });
  };
  return (
    <>
      <Choice
        label="Offline for"
        value={isExact ? EXACT : String(absentSeconds ?? '')}
        options={[...withPresent(absentSeconds), { value: EXACT, name: 'exact times' }]}
        onChange={choose}
      />
      {isExact && (
        <>
          <Time
            label="Offline since after"
            at={absentAfter}
            onChange={(at) => onChange({ absentSeconds: undefined, absentAfter: at })}
          />
          <Time
            label="Offline since before"
            at={absentBefore}
            onChange={(at) => onChange({ absentSeconds: undefined, absentBefore: at })}
          />
        </>
      )}
    </>
  );
}

interface TimeProps {
  label: string;
  /** ms since the epoch */
  at: number | undefined;
  onChange: (at: number | undefined) => void;
}

function Time({ label, at, onChange }: TimeProps) {
  return (
    <label className="flex h-8 items-center gap-2 rounded-xs border border-frame bg-raised pl-2 text-[13px] focus-within:outline-2 focus-within:outline-offset-2">
      <span className="text-quiet">{label}</span>
      <input
        // What is typed stays while it is no time yet; another address puts another time there.
        key={at}
        type="datetime-local"
        step={1}
        defaultValue={at === undefined ? '' : toLocalTime(at)}
        onBlur={({ target }) => target.validity.badInput || tell(target.value, at, onChange)}
        onKeyDown={({ key, currentTarget }) => key === 'Enter' && currentTarget.blur()}
        className="h-full bg-raised pr-1 tabular-nums outline-none"
      />
    </label>
  );
}

function tell(text: string, before: number | undefined, onChange: (at: number | undefined) => void): void {
  const at = fromLocalTime(text);
  if (at !== before) onChange(at);
}

function withPresent(seconds: number | undefined) {
  if (seconds === undefined || ABSENCES.some(({ value }) => value === String(seconds))) return ABSENCES;
  return [...ABSENCES, { value: String(seconds), name: `${seconds} s` }];
}
