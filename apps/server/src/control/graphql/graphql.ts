import { type NestFastifyApplication } from '@nestjs/platform-fastify';
import { type FastifyInstance, type FastifyReply, type FastifyRequest } from 'fastify';
import { type DocumentNode, GraphQLError, Kind, type SelectionSetNode, visit } from 'graphql';
import mercurius from 'mercurius';
import { type Caller, Callers } from '../access.ts';
import { type ProblemDetail } from '../errors.ts';
import { type ApiDescription, type RestCall, schemaOf } from './schema.ts';

const MAX_DEPTH = 8;
/** An operation costs 1, and for each further page's worth of items that it asks for another. */
const MAX_COST = 100;
const ITEMS_A_COST = 50;

/** Headers by which REST knows who asks, from where. */
const PASSED_ON = [
  'authorization',
  'cookie',
  'origin',
  'host',
  'x-forwarded-host',
  'x-forwarded-for',
] as const;

interface Context {
  caller: Caller | null;
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
    context: async (request, reply) => ({ caller: await callers.of(request), request, reply }),
    // Problems keep the status 200 of an answer that GraphQL could give; only what it could not read at all does not.
    errorFormatter: (execution, context) => ({
      statusCode: 200,
      response: mercurius.defaultErrorFormatter(execution, context).response,
    }),
  });
  fastify.graphql.addHook('preExecution', async (_schema, document, context, variables) => {
    const { caller } = context as unknown as Context;
    if (caller === null && asksForSchema(document))
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
  const headers = PASSED_ON.flatMap((name) => {
    const value = request.headers[name];
    return value === undefined ? [] : [[name, value]];
  });
  const answer = await fastify.inject({
    method: method.toUpperCase() as 'GET',
    url,
    headers: Object.fromEntries(headers) as Record<string, string>,
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
  const fragments = new Map(
    document.definitions.flatMap((part) =>
      part.kind === Kind.FRAGMENT_DEFINITION ? [[part.name.value, part.selectionSet] as const] : [],
    ),
  );
  // Validation has refused fragments that contain themselves.
  const cost = ({ selections }: SelectionSetNode): number =>
    selections.reduce((sum, selection) => {
      if (selection.kind === Kind.INLINE_FRAGMENT) return sum + cost(selection.selectionSet);
      if (selection.kind === Kind.FRAGMENT_SPREAD) return sum + cost(fragments.get(selection.name.value)!);
      const limit = selection.arguments?.find(({ name }) => name.value === 'limit')?.value;
      const wanted =
        limit?.kind === Kind.INT
          ? Number(limit.value)
          : limit?.kind === Kind.VARIABLE
            ? Number(variables[limit.name.value] ?? 0)
            : 0;
      return sum + Math.max(1, Math.ceil(wanted / ITEMS_A_COST));
    }, 0);
  return document.definitions.reduce(
    (sum, part) => sum + (part.kind === Kind.OPERATION_DEFINITION ? cost(part.selectionSet) : 0),
    0,
  );
}
