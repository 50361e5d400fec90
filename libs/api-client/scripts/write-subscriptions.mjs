/**
 * Writes src/subscriptions.ts from openapi.json: each subscription of GraphQL as a document that asks for all of its
 * fields, with the types of its arguments and of what it tells.
 */
import { readFile, writeFile } from 'node:fs/promises';

const MAX_INT = 2 ** 31 - 1;
const { components, 'x-restante-subscriptions': described } = JSON.parse(
  await readFile(new URL('../openapi.json', import.meta.url), 'utf8'),
);

function nameOf({ $ref, allOf }) {
  return ($ref ?? allOf?.[0]?.$ref)?.split('/').at(-1);
}

function resolved(schema) {
  const name = nameOf(schema);
  return name === undefined ? schema : components.schemas[name];
}

function selectionOf(schema) {
  const { type, items, properties } = resolved(schema);
  if (type === 'array') return selectionOf(items);
  if (properties === undefined) return '';
  const fields = Object.entries(properties).map(([name, part]) => `${name}${selectionOf(part)}`);
  return ` { ${fields.join(' ')} }`;
}

function typeOf({ type, items, maximum }) {
  if (type === 'array') return `[${typeOf(items)}!]`;
  if (type === 'string') return 'String';
  if (type === 'integer') return maximum <= MAX_INT ? 'Int' : 'Float';
  throw new Error(`Subscriptions have no arguments of type ${type} so far`);
}

function documentOf(name, given, answer) {
  const { properties, required } = components.schemas[given];
  const declared = Object.entries(properties).map(
    ([key, schema]) => `$${key}: ${typeOf(schema)}${required.includes(key) ? '!' : ''}`,
  );
  const passed = Object.keys(properties).map((key) => `${key}: $${key}`);
  const selection = selectionOf({ $ref: answer });
  return `subscription (${declared.join(', ')}) { ${name}(${passed.join(', ')})${selection} }`;
}

const entries = Object.entries(described);
const types = entries.map(([name, { description, arguments: given, answer }]) => {
  const { required } = components.schemas[given];
  const keys = required.map((key) => `'${key}'`).join(' | ');
  return `/** ${description} */\n${name}: { arguments: Given<'${given}', ${keys}>; answer: Schemas['${answer}'] };`;
});
const documents = entries.map(
  ([name, { arguments: given, answer }]) => `${name}: ${JSON.stringify(documentOf(name, given, answer))},`,
);

await writeFile(
  new URL('../src/subscriptions.ts', import.meta.url),
  `/** Written by scripts/write-subscriptions.mjs: do not change it by hand. */
import { type components } from './schema.ts';

type Schemas = components['schemas'];
type Given<Name extends keyof Schemas, Required extends keyof Schemas[Name]> = Pick<Schemas[Name], Required> &
  Partial<Schemas[Name]>;

/** What can be watched. */
export interface Subscriptions {
${types.join('\n')}
}

export const DOCUMENTS: Record<keyof Subscriptions, string> = {
${documents.join('\n')}
};
`,
);
