'use client';

import { useCallback } from 'react';
import { SearchField } from '@/interface/search-field.tsx';
import { Choice } from '@/interface/choice.tsx';
import { Tick } from '@/interface/tick.tsx';
import type { SessionStore } from '@/live/session-store.ts';
import { AbsenceFilter } from './absence-filter.tsx';
import type { SessionFilter } from './session-filter.ts';
import { StateFilter } from './state-filter.tsx';
import type { ChangeFilter } from './use-session-filter.ts';

const MOST_CREDENTIALS = 200;

interface FilterBarProps {
  filter: SessionFilter;
  onChange: ChangeFilter;
  store: SessionStore;
}

/** What a list or wall shows of the sessions; all of it stands in the address. */
export function FilterBar({ filter, onChange, store }: FilterBarProps) {
  const search = useCallback((q: string) => onChange({ q: q === '' ? undefined : q }), [onChange]);
  return (
    <div className="mb-3 flex flex-wrap items-center gap-3">
      <StateFilter current={filter.state} store={store} onChange={(state) => onChange({ state })} />
      <SearchField label="Search client identifiers" value={filter.q ?? ''} onSearch={search} />
      <Choice
        label="Credential"
        value={filter.username ?? ''}
        options={credentialsOf(store, filter.username)}
        onChange={(username) => onChange({ username: username === '' ? undefined : username })}
      />
      <AbsenceFilter filter={filter} onChange={onChange} />
      <Tick
        label="Orphan suspects"
        isTicked={filter.isSuspect === true}
        onChange={(isTicked) => onChange({ isSuspect: isTicked ? true : undefined })}
      />
    </div>
  );
}

function credentialsOf(store: SessionStore, present: string | undefined) {
  const names = new Set(present === undefined ? [] : [present]);
  for (const username of store.credentials) {
    if (names.size === MOST_CREDENTIALS) break;
    names.add(username);
  }
  return [{ value: '', name: 'all' }, ...[...names].sort().map((name) => ({ value: name, name }))];
}
