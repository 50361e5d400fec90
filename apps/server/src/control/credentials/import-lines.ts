import { CsvError, parse } from 'csv-parse';
import { plainToInstance } from 'class-transformer';
import { validateSync } from 'class-validator';
import { Readable } from 'node:stream';
import { DomainError } from '../errors.ts';
import { toErrors } from '../validation.ts';
import { complaintAboutHash } from './imported/foreign-hash.ts';
import { ImportCredential, type ImportCredentials } from './import.dto.ts';

const MAX_LINES = 10_000;
/** Characters that are parsed in one go. */
const PIECE = 16_384;

/** A line as it was read: a credential to issue, or why it is none. */
export interface ReadLine {
  line: number;
  username: string | null;
  credential: ImportCredential | null;
  error: string | null;
}

const COLUMNS = [
  ...(['username', 'label', 'policy', 'clientIdRule', 'clientId', 'expiresAt', 'enabled'] as const),
  ...(['loginMethods', 'certificateFingerprints', 'passwordHash'] as const),
];
type Column = (typeof COLUMNS)[number];

/**
 * Line by line, since this process has devices to serve meanwhile. A line that cannot be read may be told before those
 * in front of it.
 *
 * @throws DomainError `invalid-request`, before the first line, when the whole is none of the format or has too many
 */
export async function* readLines({
  format,
  data,
}: Pick<ImportCredentials, 'format' | 'data'>): AsyncGenerator<ReadLine> {
  refuseTooMany(data);
  const firstLines = new Map<string, number>();
  for await (const read of format === 'csv' ? fromCsv(data) : fromJsonLines(data)) {
    const before = read.credential === null ? undefined : firstLines.get(read.credential.username);
    if (read.credential !== null && before === undefined) firstLines.set(read.credential.username, read.line);
    if (before === undefined) yield read;
    else yield { ...read, credential: null, error: `"${read.username}" stands in line ${before} already` };
  }
}

function refuseTooMany(data: string): void {
  let lines = 0;
  for (let at = data.indexOf('\n'); at >= 0; at = data.indexOf('\n', at + 1)) {
    if (++lines > MAX_LINES)
      throw new DomainError('invalid-request', `An import has ${MAX_LINES} lines at the most`);
  }
}

interface CsvRecord {
  record: Partial<Record<Column, string>>;
  info: { lines: number };
}

async function* fromCsv(data: string): AsyncGenerator<ReadLine> {
  const skipped: ReadLine[] = [];
  const parser = Readable.from(pieces(data)).pipe(
    parse({
      bom: true,
      columns: (names: string[]) => checkColumns(names.map((name) => name.trim())),
      info: true,
      skip_empty_lines: true,
      trim: true,
      skip_records_with_error: true,
      on_skip: (error) => void skipped.push(unreadable(error)),
    }),
  );
  try {
    for await (const { record, info } of parser as AsyncIterable<CsvRecord>) {
      yield* skipped.splice(0);
      yield check(info.lines, fromColumns(record));
    }
  } catch (error) {
    if (!(error instanceof CsvError)) throw error;
    skipped.push(unreadable(error));
  }
  yield* skipped;
}

/** The library tells the line beside the error, which its types do not say. */
function unreadable(error: (Error & { lines?: number }) | undefined): ReadLine {
  const { message = 'The line cannot be read', lines: line = 1 } = error ?? {};
  return { line, username: null, credential: null, error: message };
}

function* pieces(data: string): Generator<string> {
  for (let at = 0; at < data.length; at += PIECE) yield data.slice(at, at + PIECE);
}

function checkColumns(names: string[]): string[] {
  const unknown = names.filter((name) => !COLUMNS.includes(name as Column));
  if (unknown.length > 0)
    throw new DomainError('invalid-request', `Columns are ${COLUMNS.join(', ')}, not ${unknown.join(', ')}`);
  if (!names.includes('username')) throw new DomainError('invalid-request', 'There is no column "username"');
  return names;
}

/** What stands in no column, or is empty, is as if it had not been said. */
function fromColumns(record: Partial<Record<Column, string>>): Record<string, unknown> {
  const given = Object.fromEntries(Object.entries(record).filter(([, value]) => value !== ''));
  const { clientIdRule, clientId, enabled, loginMethods, certificateFingerprints, ...texts } = given;
  const rule = clientIdRule ?? (clientId === undefined ? undefined : 'exact');
  return {
    ...texts,
    ...(rule === undefined ? {} : { clientId: { rule, value: clientId } }),
    ...(loginMethods === undefined ? {} : { loginMethods: words(loginMethods) }),
    ...(certificateFingerprints === undefined
      ? {}
      : { certificateFingerprints: words(certificateFingerprints) }),
    ...(enabled === undefined ? {} : { enabled: { true: true, false: false }[enabled] ?? enabled }),
  };
}

/** Several values in one column stand with blanks between them. */
function words(text: string): string[] {
  return text.split(/\s+/);
}

function* fromJsonLines(data: string): Generator<ReadLine> {
  let line = 0;
  for (let at = 0; at < data.length;) {
    const end = data.indexOf('\n', at);
    const text = data.slice(at, end < 0 ? data.length : end);
    at = end < 0 ? data.length : end + 1;
    line++;
    if (text.trim() !== '') yield fromJson(line, text);
  }
}

function fromJson(line: number, text: string): ReadLine {
  try {
    const value = JSON.parse(text) as unknown;
    if (typeof value === 'object' && value !== null) return check(line, value as Record<string, unknown>);
  } catch {
    // Told below, as everything that is no object.
  }
  return { line, username: null, credential: null, error: 'The line is not a JSON object' };
}

/** As a single credential is checked when it is issued. */
function check(line: number, fields: Record<string, unknown>): ReadLine {
  const credential = plainToInstance(ImportCredential, fields);
  const errors = toErrors(validateSync(credential, { whitelist: true, forbidNonWhitelisted: true })).map(
    ({ message }) => message,
  );
  const username = typeof fields.username === 'string' ? fields.username : null;
  if (errors.length === 0 && credential.passwordHash !== undefined)
    errors.push(...[complaintAboutHash(credential.passwordHash)].filter((complaint) => complaint !== null));
  if (errors.length === 0) return { line, username, credential, error: null };
  return { line, username, credential: null, error: errors.join('; ') };
}
