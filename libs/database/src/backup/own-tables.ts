import type { ClientBase } from 'pg';
import type { TableHead } from './backup-file.ts';

/** Quoted, as in `"public"."session"`. */
type QuotedName = string;

interface Row {
  table: QuotedName;
  columns: string[];
  refersTo: QuotedName[];
}

/**
 * The tables that migrations have made and that are there, each behind those that it refers to. Others in the same
 * database are an application's own.
 *
 * @param scripts the migrations' SQL
 */
export async function ownTables(client: ClientBase, scripts: readonly string[]): Promise<TableHead[]> {
  const made = new Set(scripts.flatMap(tablesMadeBy));
  const { rows } = await client.query<Row>(TABLES);
  return inOrder(rows.filter(({ table }) => made.has(table)));
}

function tablesMadeBy(script: string): QuotedName[] {
  const made = script.matchAll(/\bCREATE (?:UNLOGGED )?TABLE (?:IF NOT EXISTS )?("?\w+"?(?:\."?\w+"?)?)/gi);
  return [...made].map(([, name]) => {
    const parts = name.replaceAll('"', '').split('.');
    return `"${parts.length === 2 ? parts[0] : 'public'}"."${parts.at(-1)}"`;
  });
}

function inOrder(rows: Row[]): TableHead[] {
  const ordered: TableHead[] = [];
  const placed = new Set<QuotedName>();
  for (let left = rows; left.length > 0;) {
    const next = left.filter(({ table, refersTo }) =>
      refersTo.every(
        (other) => other === table || placed.has(other) || !left.some((row) => row.table === other),
      ),
    );
    if (next.length === 0) throw new Error('Tables refer to each other in a circle');
    for (const { table, columns } of next) {
      ordered.push({ table, columns });
      placed.add(table);
    }
    left = left.filter(({ table }) => !placed.has(table));
  }
  return ordered;
}

const TABLES = `
SELECT format('"%s"."%s"', n.nspname, c.relname) AS "table",
  (SELECT array_agg(format('"%s"', a.attname) ORDER BY a.attnum) FROM pg_attribute a
    WHERE a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped AND a.attgenerated = '') AS columns,
  ARRAY (SELECT format('"%s"."%s"', rn.nspname, r.relname) FROM pg_constraint k
    JOIN pg_class r ON r.oid = k.confrelid JOIN pg_namespace rn ON rn.oid = r.relnamespace
    WHERE k.conrelid = c.oid AND k.contype = 'f') AS "refersTo"
FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE c.relkind = 'r'
ORDER BY 1`;
