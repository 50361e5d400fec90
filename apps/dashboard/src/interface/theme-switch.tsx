'use client';

import { useSyncExternalStore } from 'react';
import { THEME_KEY } from './theme-script.ts';

const THEMES = ['system', 'light', 'dark'] as const;
type Theme = (typeof THEMES)[number];

const listeners = new Set<() => void>();

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

function currentTheme(): Theme {
  return THEMES.find((theme) => theme === document.documentElement.dataset.theme) ?? 'system';
}

/** The choice holds in this page even where the browser keeps no storage. */
function choose(theme: Theme): void {
  if (theme === 'system') delete document.documentElement.dataset.theme;
  else document.documentElement.dataset.theme = theme;
  for (const listener of listeners) listener();
  try {
    localStorage.setItem(THEME_KEY, theme);
  } catch (error) {
    reportError(error);
  }
}

/** Light, dark, or what the operating system says. */
export function ThemeSwitch() {
  const theme = useSyncExternalStore(subscribe, currentTheme, () => 'system' as const);
  return (
    <label className="flex items-center gap-2 text-[13px] text-quiet">
      Theme
      <select
        value={theme}
        onChange={({ target }) => choose(target.value as Theme)}
        className="h-6 rounded-xs border border-hairline bg-paper px-1 text-ink"
      >
        {THEMES.map((name) => (
          <option key={name}>{name}</option>
        ))}
      </select>
    </label>
  );
}
