import { createApiClient, createLiveClient, openFile } from '@restante/api-client';
import { Command, Option } from 'commander';
import type { Readable, Writable } from 'node:stream';
import { addApiKeys } from './commands/api-key.ts';
import { addAudit } from './commands/audit.ts';
import { addCertificateAuthorities } from './commands/certificate-authority.ts';
import { addCredentials } from './commands/credential.ts';
import { addDeadLetters } from './commands/dead-letter.ts';
import { addHistory } from './commands/history.ts';
import { addImports } from './commands/import.ts';
import { addLedger } from './commands/ledger.ts';
import { addMembers } from './commands/member.ts';
import { addPolicies } from './commands/policy.ts';
import { addPublish } from './commands/publish.ts';
import { addQueue } from './commands/queue.ts';
import { addReceipts } from './commands/receipt.ts';
import { addRetained } from './commands/retained.ts';
import { addRoles } from './commands/role.ts';
import { addSessions } from './commands/session.ts';
import { addSubscriptions } from './commands/subscription.ts';
import { addTail } from './commands/tail.ts';
import { addTenants } from './commands/tenant.ts';
import { addTokenIssuers } from './commands/token-issuer.ts';
import { addTopics } from './commands/topic.ts';
import { addWebhooks } from './commands/webhook.ts';
import type { Context } from './context.ts';
import { Output } from './output.ts';

const DEFAULT_URL = 'http://127.0.0.1:8080';

/** In the order in which the help shows them. */
const COMMANDS: ((context: Context) => void)[] = [
  ...[addTenants, addCredentials, addCertificateAuthorities, addTokenIssuers, addRoles, addPolicies],
  ...[addSessions, addQueue, addSubscriptions, addRetained, addTopics, addPublish, addTail],
  ...[addReceipts, addLedger, addDeadLetters, addHistory, addAudit, addWebhooks, addMembers, addApiKeys],
  addImports,
];

/** The command line `restante`: every command is an operation or two of the control plane. */
export function programOf(environment: NodeJS.ProcessEnv, stdout: Writable, stdin: Readable): Command {
  const program = new Command('restante')
    .description('Manages a Restante server: tenants, credentials, sessions and their queues.')
    .option('--url <url>', 'the server; RESTANTE_URL', environment.RESTANTE_URL ?? DEFAULT_URL)
    .addOption(
      // The help shows defaults: not this one.
      new Option('--key <key>', 'an API key; RESTANTE_API_KEY').default(
        environment.RESTANTE_API_KEY || undefined,
        'that of RESTANTE_API_KEY',
      ),
    )
    .option('--json', 'print answers as JSON')
    .option('--only <field>', 'print only this field of an answer, such as `password`; of a list one a line')
    .addHelpText('after', HELP)
    .exitOverride()
    .configureOutput({ writeOut: (text) => stdout.write(text) });
  const output = new Output(stdout, () => program.opts<{ json?: boolean; only?: string }>());
  const context = {
    ...{ program, output, stdin },
    api: () => createApiClient(serverOf(program.opts())),
    live: () => createLiveClient(serverOf(program.opts())),
    file: (path: string) => openFile(serverOf(program.opts()), path),
  };
  for (const add of COMMANDS) add(context);
  return program;
}

const HELP = `
Examples:
  restante session list acme --sort queuedMessages     the deepest queues
  restante session delete-absent acme --orphans --dry-run
  restante --json queue list acme sensor-1 --limit 1000

Exit codes: 0 on success, 1 if the server refused or could not be reached, 2 if the command line was wrong.`;

function serverOf({ url, key }: { url: string; key?: string }) {
  if (key === undefined)
    throw new Error(
      'An API key is needed: RESTANTE_API_KEY, or --key (start the server with RESTANTE_ADMIN_API_KEY to have one)',
    );
  return { baseUrl: url.replace(/\/$/, ''), apiKey: key };
}
