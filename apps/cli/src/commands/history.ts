import { answer } from '@restante/api-client';
import { Option } from 'commander';
import type { Context } from '../context.ts';

const FIGURES = [
  ...(['onlineSessions', 'offlineSessions', 'queuedMessages', 'queuedBytes'] as const),
  ...(['messagesInPerSecond', 'messagesOutPerSecond', 'bytesInPerSecond', 'droppedMessages'] as const),
];
const RANGES = ['hour', 'day', 'week'] as const;

export function addHistory({ program, api, output }: Context): void {
  program
    .command('history [tenant]')
    .description('the figures of the past hour, day or week, of a tenant or of all')
    .addOption(new Option('--range <range>').choices(RANGES).default('hour'))
    .action(async (tenant: string | undefined, query: { range: (typeof RANGES)[number] }) => {
      const { at, ...series } = await answer(
        tenant === undefined
          ? api().GET('/api/v1/history', { params: { query } })
          : api().GET('/api/v1/tenants/{tenant}/history', { params: { path: { tenant }, query } }),
      );
      const rows = at.map((seconds, index) => ({
        at: new Date(seconds * 1_000).toISOString(),
        ...Object.fromEntries(FIGURES.map((name) => [name, series[name][index]])),
      }));
      output.list(rows, ['at', ...FIGURES]);
    });
}
