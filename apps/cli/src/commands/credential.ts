import { answer, type components, done } from '@restante/api-client';
import { Argument, type Command, Option } from 'commander';
import { readFile } from 'node:fs/promises';
import { type Context, limitOption, pages, time, wholeNumber } from '../context.ts';

const COLUMNS = ['username', 'label', 'policy', 'enabled', 'isOnline', 'lastSeenAt'];
const LIST = '/api/v1/tenants/{tenant}/credentials';
const ONE = `${LIST}/{username}` as const;
type Settings = components['schemas']['UpdateCredential'];

interface SettingOptions extends Pick<Settings, 'label' | 'policy'> {
  role?: string[];
  rules?: string;
  clientId?: string;
  clientIdPrefix?: string;
  expires?: string;
  login?: Settings['loginMethods'];
  fingerprint?: string[];
}

export function addCredentials({ program, api, output }: Context): void {
  const command = program.command('credential').description('what devices log in with');
  command
    .command('list <tenant>')
    .addOption(limitOption())
    .action(async (tenant: string, { limit }: { limit: number }) => {
      const page = (query: object) => answer(api().GET(LIST, { params: { path: { tenant }, query } }));
      output.list(await pages(limit, page), COLUMNS);
    });
  command
    .command('show <tenant> <username>')
    .action(async (tenant: string, username: string) =>
      output.one(await answer(api().GET(ONE, { params: { path: { tenant, username } } }))),
    );
  withSettings(command.command('issue <tenant> <username>'))
    .description('its secret is shown once')
    .action(async (tenant: string, username: string, options: SettingOptions) => {
      const body = { username, ...(await settingsOf(options)) };
      output.one(await answer(api().POST(LIST, { params: { path: { tenant } }, body })));
    });
  withSettings(command.command('change <tenant> <username>'))
    .description('change only what the options name')
    .action(async (tenant: string, username: string, options: SettingOptions) => {
      const params = { path: { tenant, username } };
      output.one(await answer(api().PATCH(ONE, { params, body: await settingsOf(options) })));
    });
  for (const enabled of [true, false])
    command
      .command(`${enabled ? 'enable' : 'disable'} <tenant> <username>`)
      .action(async (tenant: string, username: string) => {
        const params = { path: { tenant, username } };
        output.one(await answer(api().PATCH(ONE, { params, body: { enabled } })));
      });
  command
    .command('rotate <tenant> <username>')
    .option('--overlap <seconds>', 'for so long the old secret is good too', wholeNumber)
    .action(async (tenant: string, username: string, { overlap }: { overlap?: number }) => {
      const params = { path: { tenant, username } };
      const body = { overlapSeconds: overlap ?? 0 };
      output.one(await answer(api().POST(`${ONE}/rotate`, { params, body })));
    });
  command
    .command('check <tenant> <username>')
    .description('tell whether it may do that, and which rule decides')
    .addArgument(new Argument('<action>').choices(['publish', 'subscribe']))
    .argument('<topic>', 'a topic filter for `subscribe`')
    .option('--client-id <clientId>')
    .action(
      async (
        tenant: string,
        username: string,
        action: 'publish' | 'subscribe',
        topic: string,
        { clientId }: { clientId?: string },
      ) => {
        const params = { path: { tenant, username } };
        const body = { action, topic, clientId, qos: 0 };
        output.one(await answer(api().POST(`${ONE}/check`, { params, body })));
      },
    );
  command.command('delete <tenant> <username>').action(async (tenant: string, username: string) => {
    await done(api().DELETE(ONE, { params: { path: { tenant, username } } }));
    output.done(`${username} is deleted`);
  });
  command
    .command('import <tenant> <file>')
    .description('issue the credentials in a .csv or .jsonl file')
    .option('--dry-run', 'only tells what would be issued')
    .action(async (tenant: string, file: string, { dryRun }: { dryRun?: boolean }) => {
      const format = file.endsWith('.csv') ? ('csv' as const) : ('json-lines' as const);
      const body = { format, data: await readFile(file, 'utf8'), dryRun };
      const result = await answer(api().POST(`${LIST}/import`, { params: { path: { tenant } }, body }));
      output.list(result.lines, ['line', 'mqttUsername', 'password', 'error']);
      if (result.failed > 0) throw new Error(`${result.failed} of ${result.lines.length} lines failed`);
    });
}

function withSettings(command: Command): Command {
  return command
    .option('--label <label>')
    .option('--policy <policy>')
    .option('--role <role...>', 'access roles')
    .option('--rules <file>', 'access rules of its own: `[{"effect": "allow", "action": "all", ...}]`')
    .option('--client-id <clientId>', 'the only client identifier it may be used with; %u: the user name')
    .addOption(new Option('--client-id-prefix <text>', 'any that begins so').conflicts('clientId'))
    .option('--expires <time>', 'ISO 8601', time)
    .addOption(new Option('--login <method...>', 'by what').choices(['secret', 'certificate', 'token']))
    .option('--fingerprint <sha256...>', 'of the only certificates that it takes');
}

/** The server says what is wrong with them. */
async function settingsOf(options: SettingOptions): Promise<Settings> {
  const { role: roles, rules, clientId, clientIdPrefix, expires, login, fingerprint, ...same } = options;
  return {
    ...same,
    roles,
    acl: rules === undefined ? undefined : (JSON.parse(await readFile(rules, 'utf8')) as Settings['acl']),
    clientId: ruleOf(clientId, clientIdPrefix),
    expiresAt: expires,
    loginMethods: login,
    certificateFingerprints: fingerprint,
  };
}

function ruleOf(exact: string | undefined, prefix: string | undefined): Settings['clientId'] {
  if (exact !== undefined) return { rule: 'exact', value: exact };
  return prefix === undefined ? undefined : { rule: 'prefix', value: prefix };
}
