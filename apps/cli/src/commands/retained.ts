import { answer, done } from '@restante/api-client';
import { type Context, limitOption, pages } from '../context.ts';

const LIST = '/api/v1/tenants/{tenant}/retained';
const ONE = `${LIST}/{topic}` as const;

export function addRetained({ program, api, output }: Context): void {
  const command = program.command('retained').description('retained messages');
  command
    .command('list <tenant>')
    .addOption(limitOption())
    .option('--filter <topicFilter>', 'only topics that it matches')
    .action(async (tenant: string, { limit, filter }: { limit: number; filter?: string }) => {
      const items = await pages(limit, (query) =>
        answer(api().GET(LIST, { params: { path: { tenant }, query: { topicFilter: filter, ...query } } })),
      );
      output.list(items, ['topic', 'qos', 'payloadBytes', 'publishedAt', 'payload']);
    });
  command
    .command('tree <tenant> [parent]')
    .description('one level of topics, and how many are below each')
    .addOption(limitOption())
    .action(async (tenant: string, parent: string | undefined, { limit }: { limit: number }) => {
      const items = await pages(limit, (query) =>
        answer(
          api().GET('/api/v1/tenants/{tenant}/retained-topics', {
            params: { path: { tenant }, query: { parent, ...query } },
          }),
        ),
      );
      output.list(items, ['topic', 'hasMessage', 'topicsBelow']);
    });
  command
    .command('show <tenant> <topic>')
    .action(async (tenant: string, topic: string) =>
      output.one(await answer(api().GET(ONE, { params: { path: { tenant, topic } } }))),
    );
  command.command('delete <tenant> <topic>').action(async (tenant: string, topic: string) => {
    await done(api().DELETE(ONE, { params: { path: { tenant, topic } } }));
    output.done(`What was retained for ${topic} is deleted`);
  });
  command
    .command('purge <tenant> <topicFilter>')
    .description('delete all that the filter matches')
    .action(async (tenant: string, topicFilter: string) => {
      const params = { path: { tenant }, query: { topicFilter } };
      let deletedMessages = 0;
      for (let isComplete = false; !isComplete;) {
        const piece = await answer(api().DELETE(LIST, { params }));
        deletedMessages += piece.deletedMessages;
        ({ isComplete } = piece);
      }
      output.one({ deletedMessages });
    });
}
