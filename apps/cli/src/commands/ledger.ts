import { answer, type operations } from '@restante/api-client';
import { type Command, Option } from 'commander';
import { type Context, limitOption, pages, time } from '../context.ts';

const LIST = '/api/v1/tenants/{tenant}/ledger';
type Filter = NonNullable<operations['summarizeLedger']['parameters']['query']>;

export function addLedger({ program, api, output }: Context): void {
  const command = program.command('ledger').description('messages that did not arrive, and why');
  withFilter(command.command('list <tenant>'))
    .addOption(limitOption())
    .action(async (tenant: string, { limit, ...filter }: Filter & { limit: number }) => {
      const page = (query: object) =>
        answer(api().GET(LIST, { params: { path: { tenant }, query: { ...filter, ...query } } }));
      output.list(await pages(limit, page), [
        'at',
        'kind',
        'clientId',
        'topic',
        'reason',
        'messages',
        'bytes',
      ]);
    });
  withFilter(command.command('summary <tenant>'))
    .description('sums by reason, and the clients and topics that lost most')
    .action(async (tenant: string, query: Filter) => {
      const params = { path: { tenant }, query };
      const { byReason, byClientId, byTopic } = await answer(api().GET(`${LIST}/summary`, { params }));
      const rows = Object.entries({ reason: byReason, client: byClientId, topic: byTopic }).flatMap(
        ([by, sums]) => sums.map((sum) => ({ by, ...sum })),
      );
      output.list(rows, ['by', 'value', 'kind', 'messages', 'bytes']);
    });
}

function withFilter(command: Command): Command {
  return command
    .addOption(new Option('--kind <kind>').choices(['dropped', 'refused']))
    .option('--client-id <clientId>', 'who did not get them, or was refused')
    .option('--topic <topic>', 'a topic, or the topic filter of a queue')
    .option('--reason <reason>', 'as `queue-full`')
    .option('--from <time>', 'ISO 8601', time)
    .option('--to <time>', 'ISO 8601, exclusive', time);
}
