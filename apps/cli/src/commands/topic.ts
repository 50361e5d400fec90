import { answer } from '@restante/api-client';
import { Option } from 'commander';
import { type Context, limitOption, pages } from '../context.ts';

const COLUMNS = ['topic', 'childTopics', 'messages', 'messagesPerSecond', 'isRetained', 'lastAt'];

export function addTopics({ program, api, output }: Context): void {
  program
    .command('topic')
    .description('topics that messages arrived on')
    .command('list <tenant> [parent]')
    .description('one level of topics, or with --q those whose name contains a text')
    .addOption(limitOption())
    .addOption(
      new Option('--sort <field>', 'the most first').choices(['topic', 'messages', 'messagesPerSecond']),
    )
    .option('--q <text>', 'part of the topic')
    .action(async (tenant: string, parent: string | undefined, { limit, ...filter }: { limit: number }) => {
      const path = '/api/v1/tenants/{tenant}/topics';
      const page = (query: object) =>
        answer(api().GET(path, { params: { path: { tenant }, query: { parent, ...filter, ...query } } }));
      output.list(await pages(limit, page), COLUMNS);
    });
}
