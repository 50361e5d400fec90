import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';

const HERE = import.meta.dirname;

/** A normative statement, such as `v5 MQTT-3.1.0-1`, and what shows that the broker keeps it. */
export interface Coverage {
  statement: string;
  tests: { file: string; title: string }[];
  /** Why no test can show it; null: one does. */
  reason: string | null;
}

/** All statements of both specifications, in the order of the texts. */
export function coverage(): Coverage[] {
  const tests = titles();
  const reasons = unproven();
  return lines('statements.txt').map((statement) => ({
    statement,
    tests: tests.filter(({ tags }) => tags.includes(statement)),
    reason: reasons.get(statement) ?? null,
  }));
}

/** Tags that a title or the list of reasons names and no specification has. */
export function unknownTags(): string[] {
  const known = new Set(lines('statements.txt'));
  const named = [...titles().flatMap(({ tags }) => tags), ...unproven().keys()];
  return named.filter((tag) => !known.has(tag));
}

/** The titles of the conformance tests with the tags before them: `[MQTT-3.1.0-1]`, `[v3 MQTT-3.1.0-1]`. */
function titles(): { file: string; title: string; tags: string[] }[] {
  const files = readdirSync(HERE).filter((name) => name.endsWith('.test.ts'));
  return files.toSorted().flatMap((file) => {
    const text = readFileSync(path.join(HERE, file), 'utf8');
    const found = text.matchAll(/(['"`])((?:\[(?:v3 )?MQTT-[\w.-]+\]\s*)+)((?:\\.|(?!\1).)*)\1/g);
    return [...found].map(([, , tags, title]) => ({
      file,
      title: title.trim().replaceAll(/\\(.)/g, '$1'),
      tags: [...tags.matchAll(/\[(v3 )?(MQTT-[\w.-]+)\]/g)].map(
        ([, version, tag]) => `${version ?? 'v5 '}${tag}`,
      ),
    }));
  });
}

function unproven(): Map<string, string> {
  return new Map(
    lines('unproven.txt').map((line) => {
      const [, statement, reason] = /^(v[35] \S+): (.+)$/.exec(line) ?? [];
      if (reason === undefined) throw new Error(`unproven.txt has no reason in: ${line}`);
      return [statement, reason];
    }),
  );
}

function lines(file: string): string[] {
  const text = readFileSync(path.join(HERE, file), 'utf8');
  return text.split('\n').filter((line) => line !== '' && !line.startsWith('#'));
}

/** docs/conformance.md. */
export function page(): string {
  const all = coverage();
  const ofVersion = (version: string) => all.filter(({ statement }) => statement.startsWith(version));
  return `# Conformance

After this page you can look up any normative statement of
[MQTT 5.0](https://docs.oasis-open.org/mqtt/mqtt/v5.0/mqtt-v5.0.html) and
[MQTT 3.1.1](https://docs.oasis-open.org/mqtt/mqtt/v3.1.1/mqtt-v3.1.1.html), by its tag, and the tests that show that Restante
keeps it. The tests send hand-written bytes over a socket. Statements that bind only clients, or that nothing outside the server
can show, have a reason instead. In the titles, \`…\` stands for several values.

\`npm run conformance\` writes this page, and a test checks that it is current.

${summary('MQTT 5.0', ofVersion('v5'))}
${summary('MQTT 3.1.1', ofVersion('v3'))}

## MQTT 5.0

${table(ofVersion('v5'))}

## MQTT 3.1.1

${table(ofVersion('v3'))}
`;
}

function summary(name: string, statements: Coverage[]): string {
  const tested = statements.filter(({ tests }) => tests.length > 0).length;
  return `- ${name}: ${statements.length} statements, ${tested} with a test, ${statements.length - tested} with a reason.`;
}

function table(statements: Coverage[]): string {
  const rows = statements.map(({ statement, tests, reason }) => {
    const shown = shownBy(tests);
    return `| ${statement.slice(3)} | ${shown.length > 0 ? shown.join('<br>') : `*${escape(reason ?? 'nothing yet')}*`} |`;
  });
  return ['| Statement | Shown by |', '| --- | --- |', ...rows].join('\n');
}

/** Titles, each once, with a link to their file behind the last of it. `…` stands for what a title is filled with. */
function shownBy(tests: Coverage['tests']): string[] {
  const files = [...new Set(tests.map(({ file }) => file))];
  return files.map((file) => {
    const own = tests.filter((test) => test.file === file);
    const titles = new Set(own.map(({ title }) => escape(title.replaceAll(/%[sdj]/g, '…'))));
    return `${[...titles].join('<br>')} ([${file.replace('.test.ts', '')}](../tests/conformance/${file}))`;
  });
}

function escape(text: string): string {
  return text.replaceAll('|', '\\|').replaceAll('<', '&lt;');
}
