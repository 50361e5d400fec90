import { ConfigError } from './config.ts';

/** Errors of other rooms whose message is for the operator. */
const FOR_OPERATORS = [
  'BackupError',
  'DataDirectoryInUseError',
  'MigrationError',
  'StoreFencedError',
  'StoreUnavailableError',
];

/** What an operator can mend is one sentence; anything else comes with where it happened. */
export function complain(error: unknown): void {
  const { name, message, stack, code, port } = error as Error & { code?: string; port?: number };
  const isForOperator = error instanceof ConfigError || FOR_OPERATORS.includes(name);
  if (code === 'EADDRINUSE') process.stderr.write(`Port ${port} is in use by another program.\n`);
  else process.stderr.write(`${isForOperator ? message : stack}\n`);
}
