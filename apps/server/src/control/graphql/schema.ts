import {
  GraphQLBoolean,
  GraphQLEnumType,
  GraphQLError,
  type GraphQLFieldConfig,
  type GraphQLFieldConfigArgumentMap,
  GraphQLFloat,
  GraphQLInputObjectType,
  type GraphQLInputType,
  GraphQLInt,
  GraphQLList,
  GraphQLNonNull,
  GraphQLObjectType,
  type GraphQLOutputType,
  GraphQLScalarType,
  GraphQLSchema,
  GraphQLString,
} from 'graphql';

import type { DescribedSubscription } from '../live/subscriptions.ts';
import type { Seen } from '../live/look.ts';

/** The part of OpenAPI 3.0 that this server's description uses. */
export interface ApiDescription {
  paths: Record<string, Partial<Record<Method, Operation>>>;
  components?: { schemas?: Record<string, Schema> };
  'x-restante-subscriptions'?: Record<string, DescribedSubscription>;
}

export type Method = 'get' | 'post' | 'put' | 'patch' | 'delete';

export interface Operation {
  operationId?: string;
  description?: string;
  parameters?: Parameter[];
  requestBody?: { required?: boolean; content: Record<string, { schema: Schema }> };
  responses: Record<string, { description?: string; content?: Record<string, { schema: Schema }> }>;
}

export interface Parameter {
  name: string;
  in: string;
  required?: boolean;
  description?: string;
  schema: Schema;
}

export interface Schema {
  $ref?: string;
  allOf?: Schema[];
  type?: string;
  enum?: unknown[];
  items?: Schema;
  properties?: Record<string, Schema>;
  required?: string[];
  nullable?: boolean;
  description?: string;
  format?: string;
  minimum?: number;
  maximum?: number;
}

/** An operation of REST, called with what GraphQL was given. */
export interface RestCall {
  method: Method;
  /** With its parameters put in. */
  url: string;
  body: unknown;
}

/** Performs a call for whoever asked. @throws GraphQLError when REST answers with a problem */
export type Perform<Context> = (call: RestCall, context: Context) => Promise<unknown>;

/** Begins a subscription for whoever asked. @throws GraphQLError */
export type Subscribe = (
  name: string,
  given: Record<string, unknown>,
  context: unknown,
) => Promise<AsyncIterable<Seen<unknown>>>;

const MAX_INT = 2 ** 31 - 1;
const BODY = 'input';

/** Objects whose fields are not described. */
const Json = new GraphQLScalarType({ name: 'JSON', description: 'Any JSON value' });

/**
 * The GraphQL schema of what the OpenAPI description describes: an operation is a field of its name, of the queries when
 * it only reads, its parameters are the field's arguments, its body the argument `input`. Each is performed as REST
 * does it, so that the two cannot come to differ in what they allow. Subscriptions, which REST does not have, stand in
 * the description beside the operations.
 */
export function schemaOf<Context>(
  api: ApiDescription,
  perform: Perform<Context>,
  subscribe: Subscribe,
): GraphQLSchema {
  const types = new Types(api.components?.schemas ?? {});
  const queries: Record<string, GraphQLFieldConfig<unknown, Context>> = {};
  const mutations: Record<string, GraphQLFieldConfig<unknown, Context>> = {};
  for (const [path, methods] of Object.entries(api.paths)) {
    for (const [method, operation] of Object.entries(methods) as [Method, Operation][]) {
      if (operation.operationId === undefined) continue;
      const fields = method === 'get' ? queries : mutations;
      fields[operation.operationId] = fieldOf(types, path, method, operation, perform);
    }
  }
  return new GraphQLSchema({
    query: new GraphQLObjectType({ name: 'Query', fields: queries }),
    mutation: new GraphQLObjectType({ name: 'Mutation', fields: mutations }),
    subscription: subscriptionsOf(types, api['x-restante-subscriptions'] ?? {}, subscribe),
  });
}

function subscriptionsOf(
  types: Types,
  described: Record<string, DescribedSubscription>,
  subscribe: Subscribe,
): GraphQLObjectType {
  const fields = Object.entries(described).map(([name, { description, arguments: given, answer }]) => [
    name,
    {
      description,
      args: types.argumentsOf(given),
      type: types.output({ $ref: answer }, ''),
      subscribe: (_: unknown, args: Record<string, unknown>, context: unknown) =>
        subscribe(name, args, context),
      resolve: valueOf,
    },
  ]);
  // `Subscription` is a session's.
  return new GraphQLObjectType({ name: 'Subscriptions', fields: Object.fromEntries(fields) });
}

/** Of nothing that was seen, when it was asked for as a query is. */
function valueOf(seen: Seen<unknown> | object): unknown {
  if (!('value' in seen))
    throw new GraphQLError('Subscriptions come over a WebSocket: graphql-transport-ws at /graphql');
  return seen.value;
}

function fieldOf<Context>(
  types: Types,
  path: string,
  method: Method,
  { operationId, description, parameters = [], requestBody, responses }: Operation,
  perform: Perform<Context>,
): GraphQLFieldConfig<unknown, Context> {
  const args: GraphQLFieldConfigArgumentMap = {};
  for (const { name, in: place, required, schema, description: about } of parameters) {
    if (place === 'header') continue;
    const type = types.input(schema, `${operationId} ${name}`);
    args[name] = { type: required ? new GraphQLNonNull(type) : type, description: about };
  }
  const body = requestBody?.content['application/json']?.schema;
  if (body !== undefined) {
    const type = types.input(body, BODY);
    args[BODY] = { type: requestBody!.required === false ? type : new GraphQLNonNull(type) };
  }
  const [, success] = Object.entries(responses).find(([status]) => status.startsWith('2')) ?? [];
  const answer = success?.content?.['application/json']?.schema;
  return {
    description: description ?? success?.description,
    args,
    // An operation that answers nothing has been done.
    type: answer === undefined ? GraphQLBoolean : types.output(answer, ''),
    resolve: async (_, given: Record<string, unknown>, context) => {
      const url = urlOf(path, parameters, given);
      const result = await perform({ method, url, body: given[BODY] }, context);
      return answer === undefined ? true : result;
    },
  };
}

function urlOf(path: string, parameters: Parameter[], given: Record<string, unknown>): string {
  const url = path.replace(/\{(\w+)\}/g, (_, name: string) => encodeURIComponent(String(given[name])));
  const query = parameters
    .filter((parameter) => parameter.in === 'query' && (given[parameter.name] ?? null) !== null)
    .map(({ name }) => `${name}=${encodeURIComponent(String(given[name]))}`);
  return query.length === 0 ? url : `${url}?${query.join('&')}`;
}

/** GraphQL's types for schemas, each made once. */
class Types {
  private readonly outputs = new Map<string, GraphQLObjectType>();
  private readonly inputs = new Map<string, GraphQLInputObjectType>();
  private readonly enums = new Map<string, GraphQLEnumType>();

  constructor(private readonly schemas: Record<string, Schema>) {}

  /** @param place what an enumeration there is named after */
  output(schema: Schema, place: string): GraphQLOutputType {
    const name = nameOf(schema);
    if (name !== null) return this.object(name);
    if (schema.type === 'array') {
      const { items = {} } = schema;
      const type = this.output(items, place);
      return new GraphQLList(items.nullable ? type : new GraphQLNonNull(type));
    }
    return this.leaf(schema, place);
  }

  input(schema: Schema, place: string): GraphQLInputType {
    const name = nameOf(schema);
    if (name !== null) return this.inputObject(name);
    if (schema.type === 'array')
      return new GraphQLList(new GraphQLNonNull(this.input(schema.items ?? {}, place)));
    return this.leaf(schema, place);
  }

  /** A field of the schema is an argument. */
  argumentsOf(name: string): GraphQLFieldConfigArgumentMap {
    return this.fieldsOf(name, (schema, place) => this.input(schema, place));
  }

  private object(name: string): GraphQLObjectType {
    let type = this.outputs.get(name);
    if (type === undefined) {
      const fields = () => this.fieldsOf(name, (schema, place) => this.output(schema, place));
      type = new GraphQLObjectType({ name: name.replace(/View$/, ''), fields });
      this.outputs.set(name, type);
    }
    return type;
  }

  private inputObject(name: string): GraphQLInputObjectType {
    let type = this.inputs.get(name);
    if (type === undefined) {
      const fields = () => this.fieldsOf(name, (schema, place) => this.input(schema, place));
      type = new GraphQLInputObjectType({ name: `${name}Input`, fields });
      this.inputs.set(name, type);
    }
    return type;
  }

  private fieldsOf<Type extends GraphQLInputType | GraphQLOutputType>(
    owner: string,
    typeOf: (schema: Schema, place: string) => Type,
  ) {
    const { properties = {}, required = [] } = this.schemas[owner];
    return Object.fromEntries(
      Object.entries(properties).map(([name, schema]) => {
        const type = typeOf(schema, `${owner} ${name}`);
        const isRequired = required.includes(name) && !schema.nullable;
        const { description } = schema;
        return [name, { type: isRequired ? new GraphQLNonNull(type) : type, description }];
      }),
    );
  }

  private leaf({ type, enum: values, maximum }: Schema, place: string) {
    if (values?.every(isName)) return this.enum(values, place);
    if (type === 'string') return GraphQLString;
    if (type === 'boolean') return GraphQLBoolean;
    if (type === 'integer' && maximum !== undefined && maximum <= MAX_INT) return GraphQLInt;
    if (type === 'integer' || type === 'number') return GraphQLFloat;
    return Json;
  }

  /** Named after where it is met first: wherever else the same values may stand, it is the same type. */
  private enum(values: string[], place: string): GraphQLEnumType {
    const key = values.join(' ');
    let type = this.enums.get(key);
    if (type === undefined) {
      const entries = values.map((value) => [value, { value }]);
      const name = `${pascal(place.replace(/View /, ' '))}Value`;
      type = new GraphQLEnumType({ name, values: Object.fromEntries(entries) });
      this.enums.set(key, type);
    }
    return type;
  }
}

/** null: it is not one of the described objects. */
function nameOf({ $ref, allOf }: Schema): string | null {
  const reference = $ref ?? allOf?.[0]?.$ref;
  return reference?.split('/').at(-1) ?? null;
}

/** What may be a value of an enumeration as it is; others stay texts, so that they are written as in REST. */
function isName(value: unknown): value is string {
  return (
    typeof value === 'string' && /^[A-Za-z_]\w*$/.test(value) && !['true', 'false', 'null'].includes(value)
  );
}

function pascal(text: string): string {
  return text.replace(/(?:^|\s+)(\w)/g, (_, letter: string) => letter.toUpperCase());
}
