import { answer } from '@restante/api-client';
import { type Context, limitOption, pages } from '../context.ts';

const ONE = '/api/v1/tenants/{tenant}/receipts/{id}';

export function addReceipts({ program, api, output }: Context): void {
  const command = program.command('receipt').description('what became of a published message');
  command
    .command('show <tenant> <id>')
    .description('session by session; the id comes from `publish --receipt`')
    .addOption(limitOption())
    .action(async (tenant: string, id: string, { limit }: { limit: number }) => {
      const page = (query: object) => answer(api().GET(ONE, { params: { path: { tenant, id }, query } }));
      const items = await pages(limit, page);
      output.list(
        items.map((item) => ({ ...item })),
        ['clientId', 'sharedFilter', 'state', 'reason'],
      );
    });
}
