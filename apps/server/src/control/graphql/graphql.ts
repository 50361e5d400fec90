import { type NestFastifyApplication } from '@nestjs/platform-fastify';
import { type FastifyInstance, type FastifyReply, type FastifyRequest } from 'fastify';
import {
  type DocumentNode,
  type FieldNode,
  GraphQLError,
  Kind,
  type OperationDefinitionNode,
  type SelectionSetNode,
  type VariableDefinitionNode,
  valueFromASTUntyped,
  visit,
} from 'graphql';
import mercurius from 'mercurius';
import { Callers } from '../access.ts';
import { callerHeaders } from '../caller-headers.ts';
import { type ProblemDetail } from '../errors.ts';
import { type ApiDescription, type RestCall, schemaOf } from './schema.ts';

const MAX_DEPTH = 8;
/** An operation costs 1, and for each further page's worth of items that it asks for another. */
const MAX_COST = 100;
const ITEMS_A_COST = 50;

interface Context {
  request: FastifyRequest;
  reply: FastifyReply;
}

/** Serves everything that REST serves at `/graphql`. */
export async function serveGraphql(app: NestFastifyApplication, api: ApiDescription): Promise<void> {
  const fastify = app.getHttpAdapter().getInstance() as unknown as FastifyInstance;
  const callers = app.get(Callers);
  await fastify.register(mercurius, {
    schema: schemaOf<Context>(api, (call, context) => perform(fastify, call, context)),
    path: '/graphql',
    graphiql: false,
    queryDepth: MAX_DEPTH,
    context: (request, reply) => ({ request, reply }),
    // Problems keep the status 200 of an answer that GraphQL could give; only what it could not read at all does not.
    errorFormatter: (execution, context) => ({
      statusCode: 200,
      response: mercurius.defaultErrorFormatter(execution, context).response,
    }),
  });
  fastify.graphql.addHook('preExecution', async (_schema, document, context, variables) => {
    const { request } = context as unknown as Context;
    if (asksForSchema(document) && (await callers.of(request)) === null)
      throw new GraphQLError('The schema is shown to those who are logged in, or send an API key');
    const cost = costOf(document, (variables ?? {}) as Record<string, unknown>);
    if (cost > MAX_COST) throw new GraphQLError(`The request costs ${cost}, and may cost ${MAX_COST}`);
  });
}

/** As REST does it, in this process. */
async function perform(
  fastify: FastifyInstance,
  { method, url, body }: RestCall,
  { request, reply }: Context,
): Promise<unknown> {
  const answer = await fastify.inject({
    method: method.toUpperCase() as 'GET',
    url,
    headers: callerHeaders(request),
    remoteAddress: request.socket.remoteAddress,
    ...(body === undefined ? {} : { payload: body as object }),
  });
  const cookies = answer.headers['set-cookie'];
  if (cookies !== undefined) reply.header('set-cookie', cookies);
  if (answer.statusCode >= 400) {
    const problem = answer.json<ProblemDetail>();
    throw new GraphQLError(problem.detail, { extensions: { ...problem } });
  }
  return answer.body === '' ? null : answer.json<unknown>();
}

function asksForSchema(document: DocumentNode): boolean {
  let asks = false;
  visit(document, {
    Field: ({ name }) => {
      asks ||= name.value === '__schema' || name.value === '__type';
    },
  });
  return asks;
}

/** What the fields at the root cost, wherever fragments hide them. */
function costOf(document: DocumentNode, variables: Record<string, unknown>): number {
  const fragments = new Map<string, SelectionSetNode>();
  const operations: OperationDefinitionNode[] = [];
  for (const part of document.definitions) {
    if (part.kind === Kind.FRAGMENT_DEFINITION) fragments.set(part.name.value, part.selectionSet);
    else if (part.kind === Kind.OPERATION_DEFINITION) operations.push(part);
  }
  // Validation has refused fragments that contain themselves.
  const cost = ({ selections }: SelectionSetNode, given: Record<string, unknown>): number =>
    selections.reduce((sum, selection) => {
      if (selection.kind === Kind.INLINE_FRAGMENT) return sum + cost(selection.selectionSet, given);
      if (selection.kind === Kind.FRAGMENT_SPREAD)
        return sum + cost(fragments.get(selection.name.value)!, given);
      return sum + Math.max(1, Math.ceil(limitOf(selection, given) / ITEMS_A_COST));
    }, 0);
  return operations.reduce(
    (sum, { selectionSet, variableDefinitions = [] }) =>
      sum + cost(selectionSet, { ...defaultsOf(variableDefinitions), ...variables }),
    0,
  );
}

/** What a query says for variables that nobody gives. */
function defaultsOf(definitions: readonly VariableDefinitionNode[]): Record<string, unknown> {
  return Object.fromEntries(
    definitions.flatMap(({ variable, defaultValue }) =>
      defaultValue === undefined ? [] : [[variable.name.value, valueFromASTUntyped(defaultValue)]],
    ),
  );
}

/** 0: it asks for no number of items. */
function limitOf({ arguments: given }: FieldNode, variables: Record<string, unknown>): number {
  const limit = given?.find(({ name }) => name.value === 'limit')?.value;
  return limit === undefined ? 0 : Number(valueFromASTUntyped(limit, variables) ?? 0);
}
