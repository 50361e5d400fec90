import { answer } from '@restante/api-client';
import type { Command } from 'commander';
import { type Context, limitOption, pages, time } from '../context.ts';

const COLUMNS = ['at', 'actor', 'action', 'target', 'remoteAddress'];

export function addAudit({ program, api, file, output }: Context): void {
  const command = program.command('audit').description('who changed what');
  withFilter(command.command('list <tenant>'))
    .addOption(limitOption())
    .action(async (tenant: string, { limit, ...filter }: { limit: number }) => {
      const page = (query: object) =>
        answer(
          api().GET('/api/v1/tenants/{tenant}/audit', {
            params: { path: { tenant }, query: { ...filter, ...query } },
          }),
        );
      output.list(await pages(limit, page), COLUMNS);
    });
  withFilter(command.command('export <tenant>'))
    .description('everything, latest first: JSON lines with --json, otherwise CSV')
    .action(async (tenant: string, filter: Record<string, string>) => {
      const { json } = program.opts<{ json?: boolean }>();
      const query = new URLSearchParams({ ...filter, format: json ? 'json-lines' : 'csv' });
      await output.copy(await file(`/api/v1/tenants/${encodeURIComponent(tenant)}/audit/export?${query}`));
    });
}

function withFilter(command: Command): Command {
  return command
    .option('--action <action>', 'its beginning, as `credential`')
    .option('--actor <actor>', 'who did it')
    .option('--target <target>', 'to what')
    .option('--since <time>', 'ISO 8601', time)
    .option('--until <time>', 'ISO 8601', time);
}
