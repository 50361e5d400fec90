import { answer, type components, done } from '@restante/api-client';
import { type Context, limitOption, pages } from '../context.ts';

const LIST = '/api/v1/tenants/{tenant}/webhooks';
const ONE = `${LIST}/{id}` as const;
type Events = components['schemas']['CreateWebhook']['events'];

export function addWebhooks({ program, api, output }: Context): void {
  const command = program.command('webhook').description('URLs that are told about events');
  command
    .command('list <tenant>')
    .addOption(limitOption())
    .action(async (tenant: string, { limit }: { limit: number }) => {
      const page = (query: object) => answer(api().GET(LIST, { params: { path: { tenant }, query } }));
      output.list(await pages(limit, page), ['id', 'url', 'events', 'isEnabled', 'waitingDeliveries']);
    });
  command
    .command('create <tenant> <url> <events...>')
    .description('its secret is shown once')
    .action(async (tenant: string, url: string, events: string[]) => {
      // The server says which there are.
      const body = { url, events: events as Events };
      output.one(await answer(api().POST(LIST, { params: { path: { tenant } }, body })));
    });
  command
    .command('deliveries <tenant> <id>')
    .addOption(limitOption())
    .action(async (tenant: string, id: string, { limit }: { limit: number }) => {
      const path = { tenant, id };
      const page = (query: object) => answer(api().GET(`${ONE}/deliveries`, { params: { path, query } }));
      const items = await pages(limit, page);
      output.list(
        items.map((item) => ({ ...item })),
        ['id', 'event', 'state', 'attempts', 'createdAt'],
      );
    });
  for (const isEnabled of [true, false])
    command
      .command(`${isEnabled ? 'enable' : 'disable'} <tenant> <id>`)
      .action(async (tenant: string, id: string) => {
        const params = { path: { tenant, id } };
        output.one(await answer(api().PATCH(ONE, { params, body: { isEnabled } })));
      });
  command.command('delete <tenant> <id>').action(async (tenant: string, id: string) => {
    await done(api().DELETE(ONE, { params: { path: { tenant, id } } }));
    output.done(`${id} is deleted`);
  });
}
