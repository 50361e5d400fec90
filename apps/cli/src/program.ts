import { answer, type ApiClient, createApiClient, createLiveClient, done } from '@restante/api-client';
import { Command, InvalidArgumentError, Option } from 'commander';
import { readFile } from 'node:fs/promises';
import { type Readable, type Writable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { Output, type Row } from './output.ts';
import { tailAsDevice, tailAsOperator } from './tail.ts';

const DEFAULT_URL = 'http://127.0.0.1:8080';
/** Of a list, unless it is asked for more. */
const DEFAULT_LIMIT = '50';

/** The command line `restante`: every command is an operation or two of the control plane. */
export function programOf(environment: NodeJS.ProcessEnv, stdout: Writable, stdin: Readable): Command {
  const program = new Command('restante')
    .description('Manages a Restante server: tenants, credentials, sessions and their queues.')
    .option('--url <url>', 'the server; RESTANTE_URL', environment.RESTANTE_URL ?? DEFAULT_URL)
    .option('--key <key>', 'an API key; RESTANTE_API_KEY', environment.RESTANTE_API_KEY || undefined)
    .option('--json', 'answers as JSON')
    .exitOverride()
    .configureOutput({ writeOut: (text) => stdout.write(text) });
  const output = new Output(stdout, () => program.opts<{ json?: boolean }>().json === true);
  const api = () => clientOf(program.opts());
  addTenants(program, api, output);
  addCredentials(program, api, output);
  addSessions(program, api, output);
  addQueue(program, api, output);
  addPublish(program, api, output, stdin);
  addTail(program, output);
  return program;
}

type Api = () => ApiClient;

function clientOf({ url, key }: { url: string; key?: string }): ApiClient {
  return createApiClient({ baseUrl: url.replace(/\/$/, ''), apiKey: keyOf(key) });
}

function keyOf(key: string | undefined): string {
  if (key !== undefined) return key;
  throw new Error(
    'An API key is needed: RESTANTE_API_KEY, or --key (the server makes one with RESTANTE_ADMIN_API_KEY)',
  );
}

function wholeNumber(text: string): number {
  if (!/^\d+$/.test(text)) throw new InvalidArgumentError('It must be a whole number.');
  return Number(text);
}

const limitOption = () =>
  new Option('--limit <count>', 'items at the most').argParser(wholeNumber).default(Number(DEFAULT_LIMIT));

const TENANT_COLUMNS = ['slug', 'name', 'onlineSessions', 'offlineSessions', 'queuedMessages'];

function addTenants(program: Command, api: Api, output: Output): void {
  const command = program.command('tenant').description('tenants');
  const update = async (tenant: string, body: { suspended: boolean }) =>
    output.one(await answer(api().PATCH('/api/v1/tenants/{tenant}', { params: { path: { tenant } }, body })));
  command
    .command('list')
    .addOption(limitOption())
    .action(async (query: { limit: number }) => {
      const { items } = await answer(api().GET('/api/v1/tenants', { params: { query } }));
      output.list(items, TENANT_COLUMNS);
    });
  command
    .command('create <slug>')
    .option('--name <name>')
    .action(async (slug: string, { name }: { name?: string }) =>
      output.one(await answer(api().POST('/api/v1/tenants', { body: { slug, name } }))),
    );
  command
    .command('show <tenant>')
    .action(async (tenant: string) =>
      output.one(
        await answer(api().GET('/api/v1/tenants/{tenant}/overview', { params: { path: { tenant } } })),
      ),
    );
  command.command('suspend <tenant>').action((tenant: string) => update(tenant, { suspended: true }));
  command.command('resume <tenant>').action((tenant: string) => update(tenant, { suspended: false }));
  command.command('delete <tenant>').action(async (tenant: string) => {
    await done(api().DELETE('/api/v1/tenants/{tenant}', { params: { path: { tenant } } }));
    output.done(`${tenant} is being deleted`);
  });
}

const CREDENTIAL_COLUMNS = ['username', 'label', 'policy', 'enabled', 'isOnline', 'lastSeenAt'];

function addCredentials(program: Command, api: Api, output: Output): void {
  const command = program.command('credential').description('what devices log in with');
  command
    .command('list <tenant>')
    .addOption(limitOption())
    .action(async (tenant: string, query: { limit: number }) => {
      const params = { path: { tenant }, query };
      const { items } = await answer(api().GET('/api/v1/tenants/{tenant}/credentials', { params }));
      output.list(items, CREDENTIAL_COLUMNS);
    });
  command
    .command('issue <tenant> <username>')
    .option('--label <label>')
    .option('--policy <policy>')
    .option('--role <role...>', 'access roles')
    .action(async (tenant: string, username: string, { role, ...more }: { role?: string[] }) => {
      const body = { username, roles: role, ...more };
      const params = { path: { tenant } };
      output.one(await answer(api().POST('/api/v1/tenants/{tenant}/credentials', { params, body })));
    });
  command
    .command('rotate <tenant> <username>')
    .option('--overlap <seconds>', 'for so long the old secret is good too', wholeNumber)
    .action(async (tenant: string, username: string, { overlap }: { overlap?: number }) => {
      const params = { path: { tenant, username } };
      const body = { overlapSeconds: overlap ?? 0 };
      const path = '/api/v1/tenants/{tenant}/credentials/{username}/rotate';
      output.one(await answer(api().POST(path, { params, body })));
    });
  command.command('delete <tenant> <username>').action(async (tenant: string, username: string) => {
    const params = { path: { tenant, username } };
    await done(api().DELETE('/api/v1/tenants/{tenant}/credentials/{username}', { params }));
    output.done(`${username} is deleted`);
  });
  command
    .command('import <tenant> <file>')
    .description('issues what a .csv or .jsonl file lists')
    .option('--dry-run', 'only tells what would be issued')
    .action(async (tenant: string, file: string, { dryRun }: { dryRun?: boolean }) => {
      const format = file.endsWith('.csv') ? ('csv' as const) : ('json-lines' as const);
      const body = { format, data: await readFile(file, 'utf8'), dryRun };
      const params = { path: { tenant } };
      const result = await answer(
        api().POST('/api/v1/tenants/{tenant}/credentials/import', { params, body }),
      );
      output.list(result.lines, ['line', 'mqttUsername', 'password', 'error']);
      if (result.failed > 0) throw new Error(`${result.failed} of ${result.lines.length} lines failed`);
    });
}

const SESSION_COLUMNS = ['clientId', 'state', 'username', 'queuedMessages', 'inflightMessages', 'expiresAt'];

function addSessions(program: Command, api: Api, output: Output): void {
  const command = program.command('session').description('sessions of devices');
  command
    .command('list <tenant>')
    .addOption(limitOption())
    .addOption(new Option('--state <state>').choices(['online', 'offline']))
    .addOption(
      new Option('--sort <field>', 'queuedMessages: the deepest queue first').choices([
        'clientId',
        'queuedMessages',
      ]),
    )
    .option('--q <text>', 'part of the client identifier')
    .option('--username <username>', 'of the credential')
    .option('--absent-before <time>', 'absent since before then (ISO 8601)')
    .action(async (tenant: string, query: object) => {
      const params = { path: { tenant }, query };
      const { items } = await answer(api().GET('/api/v1/tenants/{tenant}/sessions', { params }));
      output.list(items, SESSION_COLUMNS);
    });
  command.command('show <tenant> <clientId>').action(async (tenant: string, clientId: string) => {
    const params = { path: { tenant, clientId } };
    output.one(await answer(api().GET('/api/v1/tenants/{tenant}/sessions/{clientId}', { params })));
  });
  command.command('disconnect <tenant> <clientId>').action(async (tenant: string, clientId: string) => {
    const params = { path: { tenant, clientId } };
    await done(api().POST('/api/v1/tenants/{tenant}/sessions/{clientId}/disconnect', { params }));
    output.done(`${clientId} is disconnected`);
  });
  command.command('delete <tenant> <clientId>').action(async (tenant: string, clientId: string) => {
    const params = { path: { tenant, clientId } };
    await done(api().DELETE('/api/v1/tenants/{tenant}/sessions/{clientId}', { params }));
    output.done(`${clientId} is deleted`);
  });
}

function addQueue(program: Command, api: Api, output: Output): void {
  const command = program.command('queue').description('what waits for a session');
  command
    .command('list <tenant> <clientId>')
    .addOption(limitOption())
    .option('--filter <topicFilter>', 'only what it matches')
    .action(
      async (tenant: string, clientId: string, { filter, limit }: { filter?: string; limit: number }) => {
        const params = { path: { tenant, clientId }, query: { topicFilter: filter, limit } };
        const { items } = await answer(
          api().GET('/api/v1/tenants/{tenant}/sessions/{clientId}/queue', { params }),
        );
        const rows = items.map(({ message, ...item }) => ({ ...item, ...message, qos: item.qos }) as Row);
        output.list(rows, ['id', 'state', 'topic', 'qos', 'payloadBytes', 'publishedAt', 'payload']);
      },
    );
  command
    .command('delete <tenant> <clientId> <id>')
    .action(async (tenant: string, clientId: string, id: string) => {
      const params = { path: { tenant, clientId, id } };
      await done(api().DELETE('/api/v1/tenants/{tenant}/sessions/{clientId}/queue/{id}', { params }));
      output.done(`${id} is deleted`);
    });
  command
    .command('purge <tenant> <clientId>')
    .option('--filter <topicFilter>', 'only what it matches')
    .action(async (tenant: string, clientId: string, { filter }: { filter?: string }) => {
      const params = { path: { tenant, clientId }, query: { topicFilter: filter } };
      const path = '/api/v1/tenants/{tenant}/sessions/{clientId}/queue';
      output.one(await answer(api().DELETE(path, { params })));
    });
}

function addPublish(program: Command, api: Api, output: Output, stdin: Readable): void {
  program
    .command('publish <tenant> <topic> [payload]')
    .description('publishes a message; without a payload, what comes by standard input')
    .addOption(new Option('--qos <qos>').choices(['0', '1', '2']).default('0'))
    .option('--retain')
    .action(
      async (tenant: string, topic: string, payload: string | undefined, { qos, retain }: PublishOptions) => {
        const bytes = payload === undefined ? await buffer(stdin) : Buffer.from(payload);
        const body = {
          topic,
          payload: bytes.toString('base64'),
          encoding: 'base64' as const,
          qos: Number(qos) as 0 | 1 | 2,
          retain: retain ?? false,
        };
        const params = { path: { tenant } };
        output.one(await answer(api().POST('/api/v1/tenants/{tenant}/messages', { params, body })));
      },
    );
}

interface PublishOptions {
  qos: string;
  retain?: boolean;
}

function addTail(program: Command, output: Output): void {
  program
    .command('tail <topicFilter>')
    .description('shows messages as they come; --json: a line of JSON each')
    .option('--tenant <tenant>', 'with the API key')
    .option('--username <username>', 'as a device instead: its MQTT user name, <tenant>:<user name>')
    .option('--password <password>', 'of the device')
    .option('--mqtt <url>', 'where the device finds MQTT; the /mqtt of --url')
    .option('--count <count>', 'ends after so many', wholeNumber)
    .action(async (topicFilter: string, { tenant, username, password, mqtt, count }: TailChoices) => {
      const { url, key, json } = program.opts<{ url: string; key?: string; json?: boolean }>();
      const isJson = json === true;
      const show = (line: string) => output.line(line);
      if (tenant !== undefined) {
        const live = createLiveClient({ baseUrl: url.replace(/\/$/, ''), apiKey: keyOf(key) });
        const note = (line: string) => void process.stderr.write(`${line}\n`);
        return tailAsOperator(topicFilter, { tenant, live, count, isJson }, show, note);
      }
      if (username === undefined || password === undefined)
        throw new Error('Whose messages? Give --tenant, or --username and --password of a device');
      const mqttUrl = mqtt ?? `${url.replace(/^http/, 'ws').replace(/\/$/, '')}/mqtt`;
      return tailAsDevice(topicFilter, { url: mqttUrl, username, password, count, isJson }, show);
    });
}

interface TailChoices {
  tenant?: string;
  username?: string;
  password?: string;
  mqtt?: string;
  count?: number;
}
