import { ApiProblem, ApiUnreachable } from '@restante/api-client';
import { CommanderError } from 'commander';
import { programOf } from './program.ts';

/** As `sysexits.h` and shells have it: what was asked for failed, or could not be understood. */
const FAILED = 1;
const MISUSED = 2;

try {
  await programOf(process.env, process.stdout, process.stdin).parseAsync(process.argv);
} catch (error) {
  // commander has said it already.
  if (error instanceof CommanderError) process.exitCode = error.exitCode === 0 ? 0 : MISUSED;
  else {
    process.stderr.write(`restante: ${messageOf(error as Error)}\n`);
    process.exitCode = FAILED;
  }
}

function messageOf(error: Error): string {
  if (error instanceof ApiProblem) {
    const fields = error.errors.map(({ path, message }) => `\n  ${path}: ${message}`);
    return `${error.message} (${error.code})${fields.join('')}`;
  }
  if (error instanceof ApiUnreachable) return `${error.message}. Is RESTANTE_URL right?`;
  const { code, path } = error as NodeJS.ErrnoException;
  return code === 'ENOENT' && path !== undefined ? `There is no file ${path}` : error.message;
}
