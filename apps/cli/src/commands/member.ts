import { answer, done } from '@restante/api-client';
import { Argument } from 'commander';
import { type Context, limitOption, pages } from '../context.ts';

const ROLES = ['viewer', 'operator', 'owner'] as const;
type Role = (typeof ROLES)[number];
const MEMBERS = '/api/v1/tenants/{tenant}/members';
const INVITATIONS = '/api/v1/tenants/{tenant}/invitations';

export function addMembers({ program, api, output }: Context): void {
  const command = program.command('member').description('people who have a role in a tenant');
  command
    .command('list <tenant>')
    .addOption(limitOption())
    .action(async (tenant: string, { limit }: { limit: number }) => {
      const page = (query: object) => answer(api().GET(MEMBERS, { params: { path: { tenant }, query } }));
      output.list(await pages(limit, page), ['id', 'email', 'name', 'role', 'since']);
    });
  command
    .command('invite <tenant> <email>')
    .addArgument(new Argument('<role>').choices(ROLES))
    .description('create an invitation, whose token is shown once')
    .action(async (tenant: string, email: string, role: Role) =>
      output.one(await answer(api().POST(MEMBERS, { params: { path: { tenant } }, body: { email, role } }))),
    );
  command
    .command('role <tenant> <id>')
    .addArgument(new Argument('<role>').choices(ROLES))
    .action(async (tenant: string, id: string, role: Role) => {
      const params = { path: { tenant, id } };
      output.one(await answer(api().PATCH(`${MEMBERS}/{id}`, { params, body: { role } })));
    });
  command.command('remove <tenant> <id>').action(async (tenant: string, id: string) => {
    await done(api().DELETE(`${MEMBERS}/{id}`, { params: { path: { tenant, id } } }));
    output.done(`${id} is no member any more`);
  });

  const invitations = program
    .command('invitation')
    .description('people who were invited and have not joined yet');
  invitations
    .command('list <tenant>')
    .addOption(limitOption())
    .action(async (tenant: string, { limit }: { limit: number }) => {
      const page = (query: object) => answer(api().GET(INVITATIONS, { params: { path: { tenant }, query } }));
      output.list(await pages(limit, page), ['id', 'email', 'role', 'invitedBy', 'expiresAt']);
    });
  invitations.command('delete <tenant> <id>').action(async (tenant: string, id: string) => {
    await done(api().DELETE(`${INVITATIONS}/{id}`, { params: { path: { tenant, id } } }));
    output.done(`${id} is taken back`);
  });
}
