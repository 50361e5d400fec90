import { answer, ApiProblem } from '@restante/api-client';
import { type Command, Option } from 'commander';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { type Context, wholeNumber } from '../context.ts';
import type { Brought, BroughtDevice, Rule } from '../import/brought.ts';
import { ALGORITHMS, type EmqxHashing, MAC_FUNCTIONS, readEmqx, SALT_POSITIONS } from '../import/emqx.ts';
import { readMosquitto } from '../import/mosquitto.ts';

const IMPORT = '/api/v1/tenants/{tenant}/credentials/import';
const ROLES = '/api/v1/tenants/{tenant}/roles';
/** Of one request, within what the server takes. */
const MAX_DEVICES = 500;
const MAX_CHARACTERS = 1024 * 1024;

interface Target {
  tenant: string;
  role: string;
  dryRun?: boolean;
}

/** What became of a line of a file. */
interface Row {
  file: string;
  line: number;
  username: string | null;
  result: string;
  [field: string]: unknown;
}

export function addImports(context: Context): void {
  const command = context.program
    .command('import')
    .description('import devices from another broker, with the passwords they have');
  targetOf(command.command('mosquitto'), 'mosquitto')
    .description('from Mosquitto')
    .requiredOption('--passwd <file>', 'the password file')
    .option('--acl <file>', 'the ACL file')
    .action(async ({ passwd, acl, ...target }: { passwd: string; acl?: string } & Target) => {
      const rules = acl === undefined ? null : await read(acl);
      await bring(context, target, readMosquitto(await read(passwd), rules));
    });
  targetOf(command.command('emqx'), 'emqx')
    .description("from EMQX's built-in database")
    .requiredOption('--users <file>', 'exported users: CSV or JSON')
    .option('--rules <file...>', 'exported access rules: JSON')
    .addOption(
      new Option('--algorithm <name>', 'how passwords are hashed').choices(ALGORITHMS).default('sha256'),
    )
    .addOption(new Option('--salt-position <place>').choices(SALT_POSITIONS).default('prefix'))
    .addOption(new Option('--mac-function <name>', 'of pbkdf2').choices(MAC_FUNCTIONS).default('sha256'))
    .option('--iterations <count>', 'of pbkdf2', wholeNumber, 4_096)
    .addOption(
      new Option('--otherwise <effect>', 'what EMQX does if no rule matches')
        .choices(['allow', 'deny'])
        .default('allow'),
    )
    .action(async (options: EmqxOptions & Target) => {
      const rules = await Promise.all((options.rules ?? []).map(read));
      const { users, otherwise, ...hashing } = options;
      await bring(context, options, readEmqx(await read(users), rules, hashing, otherwise));
    });
}

interface EmqxOptions extends EmqxHashing {
  users: string;
  rules?: string[];
  otherwise: 'allow' | 'deny';
}

function targetOf(command: Command, role: string): Command {
  return command
    .requiredOption('--tenant <tenant>', 'the tenant that gets the devices')
    .option('--role <name>', 'the name of the role for rules that all devices share', role)
    .option('--dry-run', 'only tell what would be imported');
}

async function read(file: string): Promise<{ name: string; text: string }> {
  return { name: path.basename(file), text: await readFile(file, 'utf8') };
}

/** What is told comes line by line; whatever cannot be brought does not keep the rest. */
async function bring(
  context: Context,
  target: Target,
  { devices, sharedRules, remarks }: Brought,
): Promise<void> {
  const hasRole = sharedRules !== null && (await makeRole(context, target, sharedRules));
  const rows: Row[] = [];
  for (const batch of batchesOf(devices)) rows.push(...(await send(context, target, batch, hasRole)));
  const failed = rows.filter(({ result }) => result !== WOULD && result !== DONE).length;
  rows.push(...remarks.map(({ text, ...place }) => ({ ...place, username: null, result: text })));
  context.output.list(rows, ['file', 'line', 'username', 'result']);
  if (failed + remarks.length > 0)
    throw new Error(
      `${failed} of ${devices.length} devices failed, and ${remarks.length} lines could not be imported, or only in part`,
    );
}

const WOULD = 'would be imported';
const DONE = 'imported';

/** @returns whether there is such a role now: a dry run makes none */
async function makeRole({ api }: Context, { tenant, role, dryRun }: Target, rules: Rule[]): Promise<boolean> {
  const params = { path: { tenant, name: role } };
  try {
    const present = await answer(api().GET(`${ROLES}/{name}`, { params }));
    if (textOf(present.rules) === textOf(rules)) return true;
    throw new Error(`There is a role "${role}" with other rules already: name another by --role`);
  } catch (error) {
    if (!(error instanceof ApiProblem) || error.code !== 'role-not-found') throw error;
  }
  if (dryRun) return false;
  await answer(api().POST(ROLES, { params: { path: { tenant } }, body: { name: role, rules } }));
  return true;
}

/** Alike for those that say the same. */
function textOf(rules: Rule[]): string {
  return JSON.stringify(
    rules.map(({ effect, action, topicFilter, maxQoS, retain }) => [
      effect,
      action,
      topicFilter,
      maxQoS,
      retain,
    ]),
  );
}

async function send(
  { api }: Context,
  { tenant, role, dryRun }: Target,
  batch: BroughtDevice[],
  hasRole: boolean,
): Promise<Row[]> {
  const data = batch.map(({ username, passwordHash, rules }) =>
    JSON.stringify({
      ...{ username, passwordHash },
      ...(rules.length > 0 ? { acl: rules } : {}),
      ...(hasRole ? { roles: [role] } : {}),
    }),
  );
  const body = { format: 'json-lines' as const, data: data.join('\n'), dryRun };
  const { lines } = await answer(api().POST(IMPORT, { params: { path: { tenant } }, body }));
  return lines.map(({ line, error }) => {
    const { file, line: at, username } = batch[line - 1];
    return { file, line: at, username, result: error ?? (dryRun ? WOULD : DONE) };
  });
}

function batchesOf(devices: BroughtDevice[]): BroughtDevice[][] {
  const batches: BroughtDevice[][] = [];
  let characters = Infinity;
  for (const device of devices) {
    const { length } = JSON.stringify(device);
    characters += length;
    if (characters > MAX_CHARACTERS || batches.at(-1)!.length >= MAX_DEVICES) {
      batches.push([]);
      characters = length;
    }
    batches.at(-1)!.push(device);
  }
  return batches;
}
