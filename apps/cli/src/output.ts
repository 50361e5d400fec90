import type { Writable } from 'node:stream';
import { pipeline } from 'node:stream/promises';

export type Row = Record<string, unknown>;

/** Tables for people, JSON or single fields for programs. */
export class Output {
  constructor(
    private readonly stream: Writable,
    private readonly how: () => { json?: boolean; only?: string },
  ) {}

  /** One line a row: these columns for people, everything for programs. */
  list(rows: readonly Row[], columns: readonly string[]): void {
    const { json, only } = this.how();
    if (only !== undefined) for (const row of rows) this.line(fieldOf(row, only));
    else if (json) this.json(rows);
    else this.line(tableOf(rows, columns));
  }

  /** A single thing, field by field. */
  one(thing: Row): void {
    const { json, only } = this.how();
    if (only !== undefined) this.line(fieldOf(thing, only));
    else if (json) this.json(thing);
    else
      this.line(
        tableOf(
          Object.entries(thing).map(([field, value]) => ({ field, value })),
          ['field', 'value'],
          false,
        ),
      );
  }

  /** Nothing came back: people are told that it was done. */
  done(text: string): void {
    const { json, only } = this.how();
    if (!json && only === undefined) this.line(text);
  }

  /** As it comes, whatever it is. */
  async copy(file: ReadableStream<Uint8Array>): Promise<void> {
    await pipeline(file, this.stream, { end: false });
  }

  line(text: string): void {
    this.stream.write(`${text}\n`);
  }

  private json(value: unknown): void {
    this.line(JSON.stringify(value, null, 2));
  }
}

/** As it is: no program wants the blanks of a table or the quotes of JSON. @throws Error naming the fields there are */
function fieldOf(row: Row, field: string): string {
  if (!Object.hasOwn(row, field))
    throw new Error(`There is no field "${field}", but ${Object.keys(row).join(', ')}`);
  const value = row[field];
  return typeof value === 'string' ? value : JSON.stringify(value);
}

function tableOf(rows: readonly Row[], columns: readonly string[], hasHead = true): string {
  const cells = rows.map((row) => columns.map((column) => textOf(row[column])));
  const lines = hasHead ? [columns.map((column) => column.toUpperCase()), ...cells] : cells;
  const widths = columns.map((_, index) => Math.max(0, ...lines.map((line) => line[index].length)));
  return lines
    .map((line) =>
      line
        .map((text, index) => text.padEnd(widths[index]))
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}

function textOf(value: unknown): string {
  if (value === null || value === undefined) return '-';
  if (typeof value === 'object') return JSON.stringify(value);
  return String(value).replaceAll(/\p{Cc}/gu, (character) => JSON.stringify(character).slice(1, -1));
}
