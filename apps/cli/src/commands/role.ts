import { answer, type components, done } from '@restante/api-client';
import { readFile } from 'node:fs/promises';
import { type Context, limitOption, pages } from '../context.ts';

const LIST = '/api/v1/tenants/{tenant}/roles';
const ONE = `${LIST}/{name}` as const;

type Rules = components['schemas']['CreateRole']['rules'];

export function addRoles({ program, api, output }: Context): void {
  const command = program.command('role').description('access rules that credentials share');
  command
    .command('list <tenant>')
    .addOption(limitOption())
    .action(async (tenant: string, { limit }: { limit: number }) => {
      const page = (query: object) => answer(api().GET(LIST, { params: { path: { tenant }, query } }));
      output.list(await pages(limit, page), ['name', 'rules']);
    });
  command.command('show <tenant> <name>').action(async (tenant: string, name: string) => {
    const { rules } = await answer(api().GET(ONE, { params: { path: { tenant, name } } }));
    output.list(
      rules.map((rule) => ({ ...rule })),
      ['effect', 'action', 'topicFilter', 'maxQoS', 'retain'],
    );
  });
  command
    .command('create <tenant> <name> <file>')
    .description('create a role from a file of rules: `[{"effect": "allow", "action": "all", ...}]`')
    .action(async (tenant: string, name: string, file: string) => {
      const body = { name, rules: await rulesIn(file) };
      output.one(await answer(api().POST(LIST, { params: { path: { tenant } }, body })));
    });
  command
    .command('change <tenant> <name> <file>')
    .action(async (tenant: string, name: string, file: string) => {
      const body = { rules: await rulesIn(file) };
      output.one(await answer(api().PATCH(ONE, { params: { path: { tenant, name } }, body })));
    });
  command.command('delete <tenant> <name>').action(async (tenant: string, name: string) => {
    await done(api().DELETE(ONE, { params: { path: { tenant, name } } }));
    output.done(`${name} is deleted`);
  });
}

/** The server says what is wrong with them. */
async function rulesIn(file: string): Promise<Rules> {
  return JSON.parse(await readFile(file, 'utf8')) as Rules;
}
