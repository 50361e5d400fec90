import { answer } from '@restante/api-client';
import { type Context, limitOption, pages } from '../context.ts';

const COLUMNS = ['topicFilter', 'clientId', 'state', 'qos', 'outlivesConnection'];

export function addSubscriptions({ program, api, output }: Context): void {
  program
    .command('subscription')
    .description('who has subscribed to what')
    .command('list <tenant>')
    .addOption(limitOption())
    .option('--q <text>', 'part of the topic filter')
    .option('--topic-filter <topicFilter>', 'exactly this one')
    .option('--matches-topic <topic>', 'those that bring a message of this topic')
    .option('--client-id <clientId>')
    .action(async (tenant: string, { limit, ...filter }: { limit: number }) => {
      const path = '/api/v1/tenants/{tenant}/subscriptions';
      const page = (query: object) =>
        answer(api().GET(path, { params: { path: { tenant }, query: { ...filter, ...query } } }));
      output.list(await pages(limit, page), COLUMNS);
    });
}
