import { answer, done } from '@restante/api-client';
import { type Context, limitOption, pages, wholeNumber } from '../context.ts';

const COLUMNS = ['slug', 'name', 'onlineSessions', 'offlineSessions', 'queuedMessages'];
const PATH = '/api/v1/tenants/{tenant}';

export function addTenants({ program, api, output }: Context): void {
  const command = program.command('tenant').description('tenants');
  const update = async (tenant: string, body: { suspended?: boolean; name?: string }) =>
    output.one(await answer(api().PATCH(PATH, { params: { path: { tenant } }, body })));
  command
    .command('list')
    .addOption(limitOption())
    .action(async ({ limit }: { limit: number }) => {
      const page = (query: object) => answer(api().GET('/api/v1/tenants', { params: { query } }));
      output.list(await pages(limit, page), COLUMNS);
    });
  command
    .command('create <slug>')
    .option('--name <name>')
    .action(async (slug: string, { name }: { name?: string }) =>
      output.one(await answer(api().POST('/api/v1/tenants', { body: { slug, name } }))),
    );
  command
    .command('show <tenant>')
    .description('sessions, queues and rates')
    .action(async (tenant: string) =>
      output.one(await answer(api().GET(`${PATH}/overview`, { params: { path: { tenant } } }))),
    );
  command
    .command('usage <tenant>')
    .description('how much of each quota is used')
    .action(async (tenant: string) => {
      const usage = await answer(api().GET(`${PATH}/usage`, { params: { path: { tenant } } }));
      const rows = Object.entries(usage).map(([name, { used, quota }]) => ({ name, used, quota }));
      output.list(rows, ['name', 'used', 'quota']);
    });
  command
    .command('quota <tenant> <name> <value>')
    .description('set a quota, such as `connections 100`; `none` removes it')
    .action(async (tenant: string, name: string, value: string) => {
      const body = { quotas: { [name]: value === 'none' ? null : wholeNumber(value) } };
      output.one((await answer(api().PATCH(PATH, { params: { path: { tenant } }, body }))).quotas);
    });
  command
    .command('rename <tenant> <name>')
    .action((tenant: string, name: string) => update(tenant, { name }));
  command.command('suspend <tenant>').action((tenant: string) => update(tenant, { suspended: true }));
  command.command('resume <tenant>').action((tenant: string) => update(tenant, { suspended: false }));
  command.command('delete <tenant>').action(async (tenant: string) => {
    await done(api().DELETE(PATH, { params: { path: { tenant } } }));
    output.done(`${tenant} is being deleted`);
  });
}
