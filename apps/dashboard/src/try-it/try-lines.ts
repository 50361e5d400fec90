/** What happened, for the page: newest last. */
export interface TryLine {
  number: number;
  /** ms since the epoch */
  at: number;
  kind: 'told' | 'received' | 'sent' | 'failed';
  text: string;
  topic?: string;
  payload?: string;
}

/** Lines kept: older ones make room. */
export const MOST_LINES = 300;

export interface TryState {
  phase: 'new' | 'connecting' | 'online' | 'offline';
  /** Of the last connection; null: there was none yet. */
  isSessionPresent: boolean | null;
  /** Topic filters that its session has. */
  filters: readonly string[];
  /** How often it came back. */
  returns: number;
  lines: readonly TryLine[];
}

export const NEW_TRY: TryState = {
  phase: 'new',
  isSessionPresent: null,
  filters: [],
  returns: 0,
  lines: [],
};

export function withLine(state: TryState, line: Omit<TryLine, 'number'>): TryState {
  const number = (state.lines.at(-1)?.number ?? 0) + 1;
  return { ...state, lines: [...state.lines, { ...line, number }].slice(-MOST_LINES) };
}
