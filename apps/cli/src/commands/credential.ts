import { answer, done } from '@restante/api-client';
import { Argument } from 'commander';
import { readFile } from 'node:fs/promises';
import { type Context, limitOption, pages, wholeNumber } from '../context.ts';

const COLUMNS = ['username', 'label', 'policy', 'enabled', 'isOnline', 'lastSeenAt'];
const LIST = '/api/v1/tenants/{tenant}/credentials';
const ONE = `${LIST}/{username}` as const;

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
  command
    .command('issue <tenant> <username>')
    .option('--label <label>')
    .option('--policy <policy>')
    .option('--role <role...>', 'access roles')
    .action(async (tenant: string, username: string, { role, ...more }: { role?: string[] }) => {
      const body = { username, roles: role, ...more };
      output.one(await answer(api().POST(LIST, { params: { path: { tenant } }, body })));
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
    .description('whether it may do that, and which rule says so')
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
    .description('issues what a .csv or .jsonl file lists')
    .option('--dry-run', 'only tells what would be issued')
    .action(async (tenant: string, file: string, { dryRun }: { dryRun?: boolean }) => {
      const format = file.endsWith('.csv') ? ('csv' as const) : ('json-lines' as const);
      const body = { format, data: await readFile(file, 'utf8'), dryRun };
      const result = await answer(api().POST(`${LIST}/import`, { params: { path: { tenant } }, body }));
      output.list(result.lines, ['line', 'mqttUsername', 'password', 'error']);
      if (result.failed > 0) throw new Error(`${result.failed} of ${result.lines.length} lines failed`);
    });
}
