import { createReadStream } from 'node:fs';
import type { Readable } from 'node:stream';
import { createGunzip } from 'node:zlib';

/** The file is none, is not whole, or cannot be restored here. The message is for the operator. */
export class BackupError extends Error {
  override readonly name = 'BackupError';
}

export const FORMAT = 'restante-backup';
export const FORMAT_VERSION = 1;
/** What ends a table's rows, as in a dump of PostgreSQL's own. No row can look like it. */
export const END_OF_ROWS = '\\.\n';

/**
 * A backup is one gzip file of lines: the head as JSON; for each table its {@link TableHead} as JSON, its rows as COPY
 * writes them (PostgreSQL manual, COPY, "Text Format") and `\.`; the {@link BackupEnd} as JSON. A table stands behind
 * those that it refers to.
 */
export interface BackupHead {
  format: typeof FORMAT;
  version: number;
  /** Of the server that made it. */
  restante: string;
  /** ISO 8601. */
  takenAt: string;
  /** The migrations that make the tables, in their order. */
  migrations: string[];
  /** The last value that each sequence has given out, by its quoted name. */
  sequences: Record<string, string>;
  /** Of the data directory: name and contents in base64. */
  files: Record<string, string>;
}

export interface TableHead {
  /** Schema and name, quoted. */
  table: string;
  /** Quoted. */
  columns: string[];
}

/** Without it the file is not whole. */
export interface BackupEnd {
  end: true;
  tables: number;
  rows: number;
}

/** More than any head has. */
const MAX_LINE_BYTES = 16 * 1024 * 1024;
const BEFORE_NEXT = Buffer.from(`\n${END_OF_ROWS}`);

/** Reads a backup from its beginning to its end; what is damaged is told as a {@link BackupError}. */
export class BackupReader {
  private rest: Buffer = Buffer.alloc(0);
  private readonly stream: Readable;
  private readonly chunks: AsyncIterator<Buffer>;

  constructor(private readonly file: string) {
    const source = createReadStream(file);
    const gunzip = createGunzip();
    source.on('error', (error) => gunzip.destroy(error));
    this.stream = source.pipe(gunzip);
    this.chunks = this.stream[Symbol.asyncIterator]() as AsyncIterator<Buffer>;
  }

  async head(): Promise<BackupHead> {
    const head = (await this.json()) as Partial<BackupHead>;
    if (head.format !== FORMAT) throw new BackupError(`${this.file} is no backup of Restante.`);
    if (head.version !== FORMAT_VERSION)
      throw new BackupError(
        `${this.file} has version ${head.version} of the format; this Restante knows ${FORMAT_VERSION}.`,
      );
    return head as BackupHead;
  }

  /** What stands next. After a table's head its rows must be read. */
  async next(): Promise<TableHead | BackupEnd> {
    return (await this.json()) as TableHead | BackupEnd;
  }

  /** A table's rows, cut anywhere. */
  async *rows(): AsyncGenerator<Buffer> {
    // As if the line before had not been read: where there are no rows, their end follows it at once.
    this.rest = Buffer.concat([BEFORE_NEXT.subarray(0, 1), this.rest]);
    for (let begin = 1; ;) {
      const end = this.rest.indexOf(BEFORE_NEXT);
      if (end >= 0) {
        const last = this.rest.subarray(begin, end + 1);
        this.rest = this.rest.subarray(end + BEFORE_NEXT.length);
        if (last.length > 0) yield last;
        return;
      }
      // What may be the beginning of the end is kept.
      const certain = this.rest.length - BEFORE_NEXT.length + 1;
      if (certain > begin) {
        const piece = this.rest.subarray(begin, certain);
        this.rest = this.rest.subarray(certain);
        begin = 0;
        yield piece;
      }
      await this.more();
    }
  }

  close(): void {
    this.stream.destroy();
  }

  private async json(): Promise<unknown> {
    let end: number;
    while ((end = this.rest.indexOf('\n')) < 0) {
      if (this.rest.length > MAX_LINE_BYTES) throw new BackupError(`${this.file} is no backup of Restante.`);
      await this.more();
    }
    const line = this.rest.subarray(0, end).toString();
    this.rest = this.rest.subarray(end + 1);
    try {
      return JSON.parse(line);
    } catch {
      throw new BackupError(`${this.file} is no backup of Restante, or is damaged.`);
    }
  }

  private async more(): Promise<void> {
    let read: IteratorResult<Buffer>;
    try {
      read = await this.chunks.next();
    } catch (error) {
      const { code, message } = error as NodeJS.ErrnoException;
      const what = code === 'ENOENT' ? 'is not there' : `cannot be read: ${message}`;
      throw new BackupError(`${this.file} ${what}.`, { cause: error });
    }
    if (read.done) throw new BackupError(`${this.file} is not whole: its end is missing.`);
    this.rest = Buffer.concat([this.rest, read.value]);
  }
}

/** Reads all of it, and nothing is done with it. @throws BackupError when it is damaged */
export async function checkBackup(file: string): Promise<BackupHead> {
  const reader = new BackupReader(file);
  try {
    const head = await reader.head();
    for (let tables = 0; ; tables++) {
      const next = await reader.next();
      if (!('end' in next)) {
        for await (const _ of reader.rows());
      } else if (next.tables === tables) {
        return head;
      } else {
        throw new BackupError(`${file} is not whole: it has ${tables} of ${next.tables} tables.`);
      }
    }
  } finally {
    reader.close();
  }
}
