/** Runs a file of SQL or of GraphQL, and prints what came back. Called by the script of a page. */
import { readFile } from 'node:fs/promises';
import pg from 'pg';

const queries = {
  async sql(text) {
    const client = new pg.Client({ connectionString: process.env.DOCS_DATABASE_URL });
    await client.connect();
    try {
      for (const { fields, rows } of [await client.query({ text, rowMode: 'array' })].flat()) {
        const lines = [fields.map(({ name }) => name), ...rows.map((row) => row.map(shown))];
        if (fields.length > 0) console.log(lines.map((cells) => cells.join(' | ')).join('\n'));
      }
    } finally {
      await client.end();
    }
  },

  async graphql(query) {
    const { RESTANTE_URL, RESTANTE_API_KEY } = process.env;
    const answer = await fetch(`${RESTANTE_URL}/graphql`, {
      method: 'POST',
      headers: { authorization: `Bearer ${RESTANTE_API_KEY}`, 'content-type': 'application/json' },
      body: JSON.stringify({ query }),
    });
    const result = await answer.json();
    console.log(JSON.stringify(result));
    if (result.errors !== undefined) process.exitCode = 1;
  },
};

function shown(value) {
  if (value instanceof Date) return value.toISOString();
  return Buffer.isBuffer(value) ? `\\x${value.toString('hex')}` : value;
}

const [language, file] = process.argv.slice(2);
await queries[language](await readFile(file, 'utf8'));
