import { answer, done, type operations } from '@restante/api-client';
import type { Command } from 'commander';
import { type Context, limitOption, pages } from '../context.ts';
import type { Row } from '../output.ts';

const LIST = '/api/v1/tenants/{tenant}/dead-letters';
const ONE = `${LIST}/{id}` as const;
type Filter = NonNullable<operations['deleteDeadLetters']['parameters']['query']>;
interface Left extends Row {
  clientId: string;
  messages: number;
  problem: string;
}

export function addDeadLetters({ program, api, output }: Context): void {
  const command = program.command('dead-letter').description('lost messages that were kept');
  withFilter(command.command('list <tenant>'))
    .addOption(limitOption())
    .action(async (tenant: string, { limit, ...filter }: Filter & { limit: number }) => {
      const items = await pages(limit, (query) =>
        answer(api().GET(LIST, { params: { path: { tenant }, query: { ...filter, ...query } } })),
      );
      const rows = items.map(({ message, ...letter }) => ({ ...message, ...letter }) as Row);
      output.list(rows, ['id', 'at', 'clientId', 'reason', 'topic', 'payloadBytes', 'payload']);
    });
  withFilter(command.command('requeue <tenant>'))
    .description('queue them again, oldest first')
    .option('--id <id...>', 'these, whatever the other options say')
    .option('--to <clientId>', 'for this session, else for who lost them')
    .action(async (tenant: string, { id: ids, ...more }: Filter & { id?: string[]; to?: string }) => {
      const body = { ids, ...more };
      const total = { messages: 0, bytes: 0 };
      let left: Left[] = [];
      for (let isComplete = false; !isComplete;) {
        const piece = await answer(api().POST(`${LIST}/requeue`, { params: { path: { tenant } }, body }));
        total.messages += piece.messages;
        total.bytes += piece.bytes;
        left = piece.left.map((one) => ({ ...one }));
        ({ isComplete } = piece);
      }
      output.one({ ...total, left });
    });
  command.command('delete <tenant> <id>').action(async (tenant: string, id: string) => {
    await done(api().DELETE(ONE, { params: { path: { tenant, id } } }));
    output.done(`${id} is deleted`);
  });
  withFilter(command.command('purge <tenant>'))
    .description('delete those that the options select')
    .action(async (tenant: string, query: Filter) =>
      output.one(await answer(api().DELETE(LIST, { params: { path: { tenant }, query } }))),
    );
}

function withFilter(command: Command): Command {
  return command
    .option('--client-id <clientId>', 'who lost them')
    .option('--topic-filter <topicFilter>', 'only what it matches')
    .option('--reason <reason>', 'as `queue-full`');
}
