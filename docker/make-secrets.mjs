/**
 * Makes the secrets that an installation with docker compose needs, each once, in the volumes at /secrets: PostgreSQL's
 * password with the URL that holds it, the token that reads the server's metrics, and the password of Grafana's
 * administrator. What is there stays.
 */
import { randomBytes } from 'node:crypto';
import { existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs';

const POSTGRES_PASSWORD = '/secrets/postgres/password';

make(POSTGRES_PASSWORD, randomBytes(32).toString('hex'));
const password = readFileSync(POSTGRES_PASSWORD, 'utf8');
make('/secrets/postgres/url', `postgresql://restante:${password}@postgres:5432/restante`);
make('/secrets/metrics/token', randomBytes(32).toString('hex'));
make('/secrets/grafana/password', randomBytes(16).toString('hex'));

/** Whoever has the volume may read it: each container reads it as a user of its own. */
function make(file, text) {
  if (existsSync(file)) return;
  writeFileSync(`${file}.new`, text, { mode: 0o444 });
  renameSync(`${file}.new`, file);
}
