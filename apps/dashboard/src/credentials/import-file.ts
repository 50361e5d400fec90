import type { ImportedLine } from '@restante/api-client';

/** Lines issued in one request: a secret is made slow to guess, which takes time with each. */
const PIECE = 100;

export interface Piece {
  /** With the line of names in front. */
  data: string;
  /** To be added to the lines' numbers, to count them in the whole. */
  offset: number;
}

/** The whole cut into pieces, for progress. Where quotes may hold line ends it stays in one. */
export function cutImport(data: string, size = PIECE): Piece[] {
  const [names, ...lines] = data.split(/\r?\n/);
  if (data.includes('"')) return [{ data, offset: 0 }];
  const pieces: Piece[] = [];
  for (let at = 0; at < lines.length; at += size)
    pieces.push({ data: [names, ...lines.slice(at, at + size)].join('\n'), offset: at });
  return pieces.length === 0 ? [{ data, offset: 0 }] : pieces;
}

/** What became of each line, as CSV. */
export function toResultFile(lines: ImportedLine[]): string {
  const rows = lines.map(({ line, username, mqttUsername, password, error }) =>
    [String(line), username, mqttUsername, password, error].map(toCell).join(','),
  );
  return ['line,username,mqttUsername,password,error', ...rows, ''].join('\r\n');
}

/** A spreadsheet takes what begins with such a character for a formula: an apostrophe says that it is text. */
function toCell(value: string | null): string {
  if (value === null) return '';
  const text = /^[=+@\t\r]/.test(value) ? `'${value}` : value;
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
