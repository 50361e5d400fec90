import { spawn } from 'node:child_process';
import { mkdtemp, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { text } from 'node:stream/consumers';
import { setTimeout } from 'node:timers/promises';
import type { Product } from '../e2e/product.ts';
import type { TestCertificate } from '../harness/certificate.ts';
import type { Step } from './page.ts';
import { missingIn } from './printed.ts';

const ROOT = path.resolve(import.meta.dirname, '../..');
const PAGE_TIMEOUT_MS = 50_000;
/** For what a block that goes on beside the others has to print after the last of them. */
const BESIDE_TIMEOUT_MS = 5_000;
const LOOK_AGAIN_MS = 20;

/** The product as the documentation has it, with a certificate of its own. */
export interface Installation {
  product: Product;
  certificate: TestCertificate;
  /** A free one, for a server of the reader's own. */
  receiverPort: number;
}

/** A page that is being run. */
interface Run extends Installation {
  steps: Step[];
  /** Where the reader is: the product's folder, as far as the documentation names what is in it. */
  folder: string;
  /** A file for each block, with what it printed, and the script. */
  output: string;
}

/**
 * Runs the blocks of a page as its reader would, in one shell.
 *
 * @throws Error naming the line, with what was printed
 */
export async function runPage(steps: Step[], installation: Installation): Promise<void> {
  const folder = await mkdtemp(path.join(tmpdir(), 'restante-docs-'));
  const output = await mkdtemp(path.join(tmpdir(), 'restante-docs-output-'));
  const run = { ...installation, steps, folder, output };
  try {
    await furnish(run);
    await writeScript(run);
    await perform(run);
  } finally {
    await rm(folder, { recursive: true });
    await rm(output, { recursive: true });
  }
}

async function furnish({ folder, product }: Run): Promise<void> {
  await symlink(product.dataDirectory, path.join(folder, 'data'));
  for (const name of ['node_modules', 'package.json'])
    await symlink(path.join(ROOT, name), path.join(folder, name));
}

/** Each line stands in the script where it stands in the page, so that the shell names its line. */
async function writeScript(run: Run): Promise<void> {
  const { steps, output } = run;
  const script: string[] = [];
  for (const [index, step] of steps.entries()) {
    const lines = step.lines.map((line) => withPorts(line, run));
    const [open, close] = bracketsOf(step, `> "$DOCS_OUTPUT/${index}" 2>&1 < /dev/null`);
    if (step.language !== 'sh') {
      const file = path.join(output, `${index}.${step.language}`);
      await writeFile(file, lines.join('\n'));
      script[step.line] = `${open} node "$DOCS_PERFORM" ${step.language} ${file}; ${close}`;
    } else if (step.line === step.end) script[step.line] = `${open} ${lines[0]}; ${close}`;
    else {
      for (const [at, line] of [open, ...lines, close].entries()) script[step.line + at] = line;
    }
  }
  const [, ...numbered] = Array.from(script, (line: string | undefined) => line ?? '');
  await writeFile(path.join(output, 'script'), `${numbered.join('\n')}\n`);
}

function bracketsOf({ isToFail, isBeside }: Step, redirection: string): [string, string] {
  if (isToFail) return ['if {', `} ${redirection}; then false; fi`];
  return ['{', `} ${redirection}${isBeside ? ' &' : ''}`];
}

/** The ports of the documentation are those of a product that nothing was said to. */
function withPorts(line: string, { product: { ports }, receiverPort }: Run): string {
  const { mqtt, mqtts, http, https, dashboard } = ports;
  const known: Record<string, number | null> = {
    ...{ 1883: mqtt, 8883: mqtts, 8080: http, 8443: https, 3000: dashboard, 9000: receiverPort },
  };
  return line.replaceAll(/(?<=:|-p |listen\()(1883|8883|8080|8443|3000|9000)\b/g, (port) =>
    String(known[port]),
  );
}

async function perform(run: Run): Promise<void> {
  const { folder, output } = run;
  const prelude = path.join(import.meta.dirname, 'prelude.sh');
  const args = ['-c', '. "$1"; . "$2"', 'bash', prelude, path.join(output, 'script')];
  // A process group of its own: with it ends what the page has left running.
  const shell = spawn('bash', args, {
    ...{ cwd: folder, env: await environmentOf(run), detached: true },
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  const complaint = text(shell.stderr);
  const timer = globalThis.setTimeout(() => endGroup(shell.pid!), PAGE_TIMEOUT_MS);
  try {
    const code = await new Promise<number | null>((resolve) => shell.once('exit', resolve));
    if (code !== 0) {
      endGroup(shell.pid!);
      throw await failureOf(run, code, await complaint);
    }
    await checkPrinted(run);
  } finally {
    clearTimeout(timer);
    endGroup(shell.pid!);
  }
}

async function environmentOf({ product, certificate, output }: Run): Promise<NodeJS.ProcessEnv> {
  const password = await readFile(path.join(product.dataDirectory, 'postgres-password'), 'utf8');
  return {
    ...process.env,
    ...certificate.environment,
    PATH: `${path.join(ROOT, 'node_modules/.bin')}:${process.env.PATH}`,
    NODE_OPTIONS: '',
    RESTANTE_URL: `http://127.0.0.1:${product.ports.http}`,
    DOCS_OUTPUT: output,
    DOCS_PERFORM: path.join(import.meta.dirname, 'perform.mjs'),
    DOCS_DATABASE_URL: `postgresql://restante:${password}@127.0.0.1:${product.ports.postgres}/restante`,
  };
}

function endGroup(pid: number): void {
  try {
    process.kill(-pid, 'SIGKILL');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}

/** Of the block that was the last to begin. */
async function failureOf({ steps, output }: Run, code: number | null, complaint: string): Promise<Error> {
  const begun = (await readdir(output)).filter((name) => /^\d+$/.test(name)).map(Number);
  const last = Math.max(0, ...begun);
  const line = (await printedBy(output, 'line')).trim() || steps[last].line;
  const how = code === null ? `does not end within ${PAGE_TIMEOUT_MS / 1_000} s` : 'fails';
  return new Error(`line ${line} ${how}:\n${await printedBy(output, String(last))}\n${complaint}`);
}

async function checkPrinted(run: Run): Promise<void> {
  const { steps, output } = run;
  for (const [index, { prints, isBeside }] of steps.entries()) {
    if (prints === null) continue;
    const expected = prints.lines.map((line) => withPorts(line, run));
    const missing = async () => missingIn(await printedBy(output, String(index)), expected, prints.language);
    const line = await atLast(missing, isBeside ? BESIDE_TIMEOUT_MS : 0);
    if (line === null) continue;
    const printed = await printedBy(output, String(index));
    throw new Error(`line ${prints.line}: this is not printed:\n${line}\nbut:\n${printed}`);
  }
}

/** What is missing after so long, if it is missing until then. */
async function atLast(missing: () => Promise<string | null>, timeoutMs: number): Promise<string | null> {
  const end = Date.now() + timeoutMs;
  for (;;) {
    const line = await missing();
    if (line === null || Date.now() >= end) return line;
    await setTimeout(LOOK_AGAIN_MS);
  }
}

async function printedBy(output: string, name: string): Promise<string> {
  try {
    return await readFile(path.join(output, name), 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return '';
    throw error;
  }
}
