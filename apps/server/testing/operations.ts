import type { Operation, Parameter, Schema } from '../src/control/graphql/schema.ts';
import type { Answer, RunningServer } from './running-server.ts';

export const WAYS = ['REST', 'GraphQL'] as const;
export type Way = (typeof WAYS)[number];

/** What an operation came to. */
export interface Outcome {
  /** Of the problem; null: it was done. */
  code: string | null;
  // eslint-disable-next-line @typescript-eslint/no-explicit-any -- tests look into whatever came
  result: any;
}

/** Path, query and body together: as GraphQL takes them, the body as `input`. */
export type Arguments = Record<string, unknown>;

interface Described {
  method: string;
  path: string;
  parameters: Parameter[];
  body: Schema | null;
  answer: Schema | null;
}

/** Every operation of a server, by name, as its OpenAPI description has them; each can be called either way. */
export class Operations {
  private constructor(
    private readonly server: RunningServer,
    private readonly schemas: Record<string, Schema>,
    readonly all: ReadonlyMap<string, Described>,
  ) {}

  static async of(server: RunningServer): Promise<Operations> {
    const { body } = await server.request('GET', '/api/v1/openapi.json');
    const all = new Map<string, Described>();
    for (const [path, methods] of Object.entries(body.paths as Record<string, Record<string, unknown>>)) {
      for (const [method, operation] of Object.entries(methods)) {
        const { operationId, parameters = [], requestBody, responses } = operation as Operation;
        const [, success] = Object.entries(responses).find(([status]) => status.startsWith('2'))!;
        all.set(operationId!, {
          method: method.toUpperCase(),
          path,
          parameters,
          body: requestBody?.content['application/json'].schema ?? null,
          answer: success.content?.['application/json']?.schema ?? null,
        });
      }
    }
    return new Operations(server, body.components.schemas, all);
  }

  /** @param headers by which the caller is known */
  call(way: Way, name: string, args: Arguments = {}, headers: Record<string, string> = {}): Promise<Outcome> {
    const operation = this.all.get(name);
    if (operation === undefined) throw new Error(`There is no operation ${name}`);
    return way === 'REST'
      ? this.rest(operation, args, headers)
      : this.graphql(name, operation, args, headers);
  }

  /** Every field of an operation's answer, as GraphQL asks for them. */
  fieldsOf(name: string): string {
    return this.selection(this.all.get(name)!.answer!);
  }

  private async rest(
    { method, path, parameters }: Described,
    { input, ...args }: Arguments,
    headers: Record<string, string>,
  ): Promise<Outcome> {
    const url = path.replace(/\{(\w+)\}/g, (_, name: string) => encodeURIComponent(String(args[name])));
    const query = new URLSearchParams();
    for (const { name, in: place } of parameters)
      if (place === 'query' && args[name] !== undefined) query.set(name, String(args[name]));
    const { status, body } = await this.server.request(method, `${url}?${query}`, input, headers);
    return { code: status >= 400 ? body.code : null, result: status >= 400 || body === '' ? null : body };
  }

  private async graphql(
    name: string,
    { method, parameters, body, answer }: Described,
    args: Arguments,
    headers: Record<string, string>,
  ): Promise<Outcome> {
    const given = Object.entries(args).filter(([, value]) => value !== undefined);
    const list = given.map(([key, value]) => {
      const schema = key === 'input' ? body! : parameters.find((parameter) => parameter.name === key)!.schema;
      return `${key}: ${this.literal(value, schema)}`;
    });
    const selection = answer === null ? '' : this.selection(answer);
    const field = `${name}${list.length === 0 ? '' : `(${list.join(', ')})`}${selection}`;
    const query = `${method === 'GET' ? 'query' : 'mutation'} { ${field} }`;
    const response = await this.server.request('POST', '/graphql', { query }, headers);
    return outcomeOf(response, name);
  }

  /** As it stands in a query: enumerations are names, and so are fields. */
  private literal(value: unknown, schema: Schema): string {
    const { type, enum: values, items, properties } = this.resolved(schema);
    if (value === null || typeof value === 'number' || typeof value === 'boolean') return String(value);
    if (Array.isArray(value)) return `[${value.map((item) => this.literal(item, items ?? {})).join(', ')}]`;
    if (typeof value === 'object') {
      const fields = Object.entries(value).filter(([, part]) => part !== undefined);
      return `{${fields.map(([key, part]) => `${key}: ${this.literal(part, properties?.[key] ?? {})}`).join(', ')}}`;
    }
    const isEnum = type === 'string' && values?.every((name) => /^[A-Za-z_]\w*$/.test(String(name)));
    return isEnum ? String(value) : JSON.stringify(value);
  }

  /** Every field, down to the last. */
  private selection(schema: Schema): string {
    const { type, items, properties } = this.resolved(schema);
    if (type === 'array') return this.selection(items!);
    if (properties === undefined) return '';
    return ` { ${Object.entries(properties)
      .map(([name, part]) => `${name}${this.selection(part)}`)
      .join(' ')} }`;
  }

  private resolved(schema: Schema): Schema {
    const reference = schema.$ref ?? schema.allOf?.[0]?.$ref;
    return reference === undefined ? schema : this.schemas[reference.split('/').at(-1)!];
  }
}

function outcomeOf({ body }: Answer, name: string): Outcome {
  if (body.errors !== undefined) {
    const [{ message, extensions }] = body.errors;
    return { code: extensions?.code ?? message, result: null };
  }
  const result = body.data[name];
  return { code: null, result: result === true ? null : result };
}
