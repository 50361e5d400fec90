import { answer, done } from '@restante/api-client';
import { type Context, limitOption, pages } from '../context.ts';
import type { Row } from '../output.ts';

const QUEUE = '/api/v1/tenants/{tenant}/sessions/{clientId}/queue';

export function addQueue({ program, api, output }: Context): void {
  const command = program.command('queue').description('messages that wait for a session');
  command
    .command('list <tenant> <clientId>')
    .addOption(limitOption())
    .option('--filter <topicFilter>', 'only what it matches')
    .action(
      async (tenant: string, clientId: string, { filter, limit }: { filter?: string; limit: number }) => {
        const path = { tenant, clientId };
        const items = await pages(limit, (query) =>
          answer(api().GET(QUEUE, { params: { path, query: { topicFilter: filter, ...query } } })),
        );
        const rows = items.map(({ message, ...item }) => ({ ...item, ...message, qos: item.qos }) as Row);
        output.list(rows, ['id', 'state', 'topic', 'qos', 'payloadBytes', 'publishedAt', 'payload']);
      },
    );
  command
    .command('delete <tenant> <clientId> <id>')
    .action(async (tenant: string, clientId: string, id: string) => {
      await done(api().DELETE(`${QUEUE}/{id}`, { params: { path: { tenant, clientId, id } } }));
      output.done(`${id} is deleted`);
    });
  command
    .command('purge <tenant> <clientId>')
    .option('--filter <topicFilter>', 'only what it matches')
    .action(async (tenant: string, clientId: string, { filter }: { filter?: string }) => {
      const params = { path: { tenant, clientId }, query: { topicFilter: filter } };
      let purgedMessages = 0;
      for (let isComplete = false; !isComplete;) {
        const piece = await answer(api().DELETE(QUEUE, { params }));
        purgedMessages += piece.purgedMessages;
        ({ isComplete } = piece);
      }
      output.one({ purgedMessages });
    });
  for (const how of ['copy', 'move'] as const)
    command
      .command(`${how} <tenant> <clientId> <to>`)
      .description(`queues what waits for the session \`to\` ${how === 'copy' ? 'as well' : 'instead'}`)
      .option('--filter <topicFilter>', 'only what it matches')
      .action(async (tenant: string, clientId: string, to: string, { filter }: { filter?: string }) => {
        const params = { path: { tenant, clientId } };
        const total = { messages: 0, bytes: 0 };
        let after: string | undefined;
        do {
          const body = { to, topicFilter: filter, after };
          const { messages, bytes, next } = await answer(api().POST(`${QUEUE}/${how}`, { params, body }));
          total.messages += messages;
          total.bytes += bytes;
          after = next ?? undefined;
        } while (after !== undefined);
        output.one(total);
      });
}
