import { answer, done } from '@restante/api-client';
import { type Command, InvalidArgumentError } from 'commander';
import { type Context, limitOption, pages } from '../context.ts';

const LIST = '/api/v1/tenants/{tenant}/policies';
const ONE = `${LIST}/{name}` as const;
type Settings = Record<string, unknown>;

export function addPolicies({ program, api, output }: Context): void {
  const command = program.command('policy').description('limits of sessions and queues');
  command
    .command('list <tenant>')
    .addOption(limitOption())
    .action(async (tenant: string, { limit }: { limit: number }) => {
      const page = (query: object) => answer(api().GET(LIST, { params: { path: { tenant }, query } }));
      output.list(await pages(limit, page), ['name', 'isDefault', 'settings']);
    });
  command.command('show <tenant> <name>').action(async (tenant: string, name: string) => {
    const { settings, isDefault } = await answer(api().GET(ONE, { params: { path: { tenant, name } } }));
    output.one({ name, isDefault, ...settings });
  });
  withSettings(command.command('create <tenant> <name>')).action(
    async (tenant: string, name: string, { set: settings }: { set: Settings }) => {
      const body = { name, settings };
      output.one(await answer(api().POST(LIST, { params: { path: { tenant } }, body })));
    },
  );
  withSettings(command.command('change <tenant> <name>'))
    .option('--default', 'credentials without a policy of their own get it')
    .action(
      async (
        tenant: string,
        name: string,
        { set: settings, default: isDefault }: { set: Settings; default?: true },
      ) => {
        const params = { path: { tenant, name } };
        output.one(await answer(api().PATCH(ONE, { params, body: { settings, isDefault } })));
      },
    );
  withSettings(command.command('dry-run <tenant> <name>'))
    .description('tell which queues a change would cut, and by how many messages')
    .action(async (tenant: string, name: string, { set: settings }: { set: Settings }) => {
      const params = { path: { tenant, name } };
      output.one(await answer(api().POST(`${ONE}/dry-run`, { params, body: { settings } })));
    });
  command.command('delete <tenant> <name>').action(async (tenant: string, name: string) => {
    await done(api().DELETE(ONE, { params: { path: { tenant, name } } }));
    output.done(`${name} is deleted`);
  });
}

function withSettings(command: Command): Command {
  return command.option('--set <setting=value>', 'any of the settings, several times', addSetting, {});
}

/** Numbers, `true`, `false` and `null` are what they say; anything else is a text. */
function addSetting(text: string, settings: Settings): Settings {
  const [, name, value] = /^(\w+)=(.*)$/.exec(text) ?? [];
  if (name === undefined) throw new InvalidArgumentError('It must be as maxQueuedMessages=1000.');
  const isLiteral = /^(-?\d+(\.\d+)?|true|false|null)$/.test(value);
  return { ...settings, [name]: isLiteral ? (JSON.parse(value) as unknown) : value };
}
