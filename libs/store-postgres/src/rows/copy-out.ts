import type { Pool } from 'pg';
import { to as copyTo } from 'pg-copy-streams';

/** Signature, flags and length of the extension (PostgreSQL manual, COPY, "Binary Format"). */
const HEADER_BYTES = 19;

/**
 * The rows of a query in PostgreSQL's binary format, column after column. What `query` would do with `bytea` is to
 * read twice as many bytes, as hexadecimal text.
 *
 * @param query without parameters, as COPY takes none
 */
export async function copyOut(pool: Pool, query: string): Promise<CopiedRow[]> {
  const client = await pool.connect();
  try {
    const chunks: Buffer[] = [];
    const stream = client.query(copyTo(`COPY (${query}) TO STDOUT (FORMAT binary)`));
    for await (const chunk of stream) chunks.push(chunk as Buffer);
    client.release();
    return rowsOf(Buffer.concat(chunks));
  } catch (error) {
    client.release(error as Error);
    throw error;
  }
}

function rowsOf(data: Buffer): CopiedRow[] {
  const rows: CopiedRow[] = [];
  let at = HEADER_BYTES;
  for (let columns = data.readInt16BE(at); columns !== -1; columns = data.readInt16BE(at)) {
    at += 2;
    const places: number[] = [];
    for (let column = 0; column < columns; column++) {
      places.push(at + 4);
      // -1 is NULL, which has no bytes.
      at += 4 + Math.max(0, data.readInt32BE(at));
    }
    rows.push(new CopiedRow(data, places, at));
  }
  return rows;
}

/** One row; columns are counted from 0 and must have the type that is asked for. */
class CopiedRow {
  constructor(
    private readonly data: Buffer,
    private readonly places: number[],
    private readonly end: number,
  ) {}

  int4(column: number): number {
    return this.data.readInt32BE(this.places[column]);
  }

  /** Below 2^53, as all of ours are. */
  int8(column: number): number {
    const at = this.places[column];
    return this.data.readInt32BE(at) * 2 ** 32 + this.data.readUInt32BE(at + 4);
  }

  /** A view into what was read. */
  bytea(column: number): Buffer {
    const next = this.places[column + 1];
    return this.data.subarray(this.places[column], next === undefined ? this.end : next - 4);
  }
}
