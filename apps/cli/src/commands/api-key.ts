import { answer, done } from '@restante/api-client';
import { Argument } from 'commander';
import { type Context, limitOption, pages, time } from '../context.ts';

const KEYS = '/api/v1/tenants/{tenant}/api-keys';

export function addApiKeys({ program, api, output }: Context): void {
  const command = program.command('api-key').description('keys for programs');
  command
    .command('list <tenant>')
    .addOption(limitOption())
    .action(async (tenant: string, { limit }: { limit: number }) => {
      const page = (query: object) => answer(api().GET(KEYS, { params: { path: { tenant }, query } }));
      output.list(await pages(limit, page), ['id', 'name', 'role', 'prefix', 'expiresAt', 'lastUsedAt']);
    });
  command
    .command('create <tenant> <name>')
    .addArgument(new Argument('<role>').choices(['viewer', 'operator', 'owner']))
    .description('create a key, which is shown once')
    .option('--expires <time>', 'ISO 8601', time)
    .action(
      async (
        tenant: string,
        name: string,
        role: 'viewer' | 'operator' | 'owner',
        { expires }: { expires?: string },
      ) => {
        const body = { name, role, expiresAt: expires };
        output.one(await answer(api().POST(KEYS, { params: { path: { tenant } }, body })));
      },
    );
  command.command('delete <tenant> <id>').action(async (tenant: string, id: string) => {
    await done(api().DELETE(`${KEYS}/{id}`, { params: { path: { tenant, id } } }));
    output.done(`${id} is deleted`);
  });
}
