import type { AuditEntryView } from './audit.dto.ts';

const COLUMNS = [
  'at',
  'tenant',
  'actorKind',
  'actor',
  'remoteAddress',
  'action',
  'target',
  'before',
  'after',
] as const;

export const FORMATS = {
  csv: {
    type: 'text/csv; charset=utf-8',
    file: 'audit.csv',
    head: `${COLUMNS.join(',')}\r\n`,
    line: csvLine,
  },
  'json-lines': {
    type: 'application/jsonl; charset=utf-8',
    file: 'audit.jsonl',
    head: '',
    line: (entry: AuditEntryView) => `${JSON.stringify(entry)}\n`,
  },
};

/** RFC 4180. */
function csvLine(entry: AuditEntryView): string {
  return `${COLUMNS.map((column) => cell(entry[column])).join(',')}\r\n`;
}

function cell(value: object | string | null): string {
  const text = value === null ? '' : typeof value === 'string' ? value : JSON.stringify(value);
  // A spreadsheet would take it for a formula, and calculate what somebody named a thing.
  const harmless = /^[=+\-@\t\r]/.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(harmless) ? `"${harmless.replaceAll('"', '""')}"` : harmless;
}
