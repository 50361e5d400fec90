'use client';

import { useEffect, useRef, useState } from 'react';
import { plainKey } from './shortcuts.ts';

const SETTLE_MS = 200;

interface SearchFieldProps {
  label: string;
  /** What is searched for now (from the address). */
  value: string;
  onSearch: (text: string) => void;
  /** false: `/` belongs to another field of the page. */
  hasKey?: boolean;
}

/** Searches while one types; `/` brings the cursor here from anywhere on the page. */
export function SearchField({ label, value, onSearch, hasKey = true }: SearchFieldProps) {
  const input = useRef<HTMLInputElement>(null);
  const [text, setText] = useState(value);
  /** What the address holds or is about to hold: only a value from elsewhere (a link, "back") replaces what is typed. */
  const settled = useRef(value);

  useEffect(() => {
    const focus = (event: KeyboardEvent) => {
      if (!hasKey || plainKey(event) !== '/') return;
      event.preventDefault();
      input.current?.select();
      input.current?.focus();
    };
    document.addEventListener('keydown', focus);
    return () => document.removeEventListener('keydown', focus);
  }, [hasKey]);

  useEffect(() => {
    if (value === settled.current) return;
    settled.current = value;
    setText(value);
  }, [value]);

  useEffect(() => {
    if (text === settled.current) return undefined;
    const timer = setTimeout(() => {
      settled.current = text;
      onSearch(text);
    }, SETTLE_MS);
    return () => clearTimeout(timer);
  }, [text, onSearch]);

  return (
    <input
      ref={input}
      type="search"
      aria-label={label}
      aria-keyshortcuts={hasKey ? '/' : undefined}
      placeholder={hasKey ? `${label}  ( / )` : label}
      value={text}
      maxLength={200}
      onChange={({ target }) => setText(target.value)}
      className="h-8 w-72 rounded-xs border border-frame bg-raised px-2 text-[13px] placeholder:text-quiet"
    />
  );
}
