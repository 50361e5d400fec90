import { answer, done } from '@restante/api-client';
import { type Command, Option } from 'commander';
import { type Context, limitOption, pages, time } from '../context.ts';

const COLUMNS = ['clientId', 'state', 'username', 'queuedMessages', 'inflightMessages', 'expiresAt'];
const LIST = '/api/v1/tenants/{tenant}/sessions';
const ONE = `${LIST}/{clientId}` as const;

interface Filter {
  q?: string;
  username?: string;
  absentBefore?: string;
  orphans?: boolean;
}

export function addSessions({ program, api, output }: Context): void {
  const command = program.command('session').description('sessions of devices');
  withFilter(command.command('list <tenant>'))
    .addOption(limitOption())
    .addOption(new Option('--state <state>').choices(['online', 'offline']))
    .addOption(
      new Option('--sort <field>', 'queuedMessages: the deepest queue first').choices([
        'clientId',
        'queuedMessages',
      ]),
    )
    .action(async (tenant: string, { limit, ...filter }: Filter & { limit: number }) => {
      const page = (query: object) =>
        answer(api().GET(LIST, { params: { path: { tenant }, query: { ...filter, ...query } } }));
      output.list(await pages(limit, page), COLUMNS);
    });
  command
    .command('show <tenant> <clientId>')
    .action(async (tenant: string, clientId: string) =>
      output.one(await answer(api().GET(ONE, { params: { path: { tenant, clientId } } }))),
    );
  command
    .command('events <tenant> <clientId>')
    .description('what has happened to it, and to earlier ones of its client identifier')
    .addOption(limitOption())
    .action(async (tenant: string, clientId: string, { limit }: { limit: number }) => {
      const items = await pages(limit, (query) =>
        answer(api().GET(`${ONE}/events`, { params: { path: { tenant, clientId }, query } })),
      );
      output.list(items, ['at', 'kind', 'remoteAddress', 'username', 'reason', 'actor', 'messages']);
    });
  command.command('disconnect <tenant> <clientId>').action(async (tenant: string, clientId: string) => {
    await done(api().POST(`${ONE}/disconnect`, { params: { path: { tenant, clientId } } }));
    output.done(`${clientId} is disconnected`);
  });
  command.command('delete <tenant> <clientId>').action(async (tenant: string, clientId: string) => {
    await done(api().DELETE(ONE, { params: { path: { tenant, clientId } } }));
    output.done(`${clientId} is deleted`);
  });
  command
    .command('rewind <tenant> <clientId>')
    .description('send again what it was sent since a time, as far as its policy keeps that')
    .requiredOption('--to <time>', 'ISO 8601', time)
    .option('--dry-run', 'only tells what would be sent again')
    .action(async (tenant: string, clientId: string, body: { to: string; dryRun?: boolean }) => {
      const params = { path: { tenant, clientId } };
      output.one(await answer(api().POST(`${ONE}/rewind`, { params, body })));
    });
  withFilter(command.command('delete-absent <tenant>'))
    .description('delete the absent sessions that the options select')
    .option('--dry-run', 'only tells what would be lost')
    .action(async (tenant: string, body: Filter & { dryRun?: boolean }) => {
      const params = { path: { tenant } };
      const total = { sessions: 0, queuedMessages: 0, queuedBytes: 0, isEstimate: false };
      for (let isComplete = false; !isComplete;) {
        const piece = await answer(api().POST(`${LIST}/delete-absent`, { params, body }));
        total.sessions += piece.sessions;
        total.queuedMessages += piece.queuedMessages;
        total.queuedBytes += piece.queuedBytes;
        ({ isComplete, isEstimate: total.isEstimate } = piece);
      }
      output.one(total);
    });
}

function withFilter(command: Command): Command {
  return command
    .option('--q <text>', 'part of the client identifier')
    .option('--username <username>', 'of the credential')
    .option('--absent-before <time>', 'absent since before then (ISO 8601)', time)
    .option('--orphans', 'those that nobody will come back for');
}
