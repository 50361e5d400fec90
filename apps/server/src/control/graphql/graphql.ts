import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { type DocumentNode, GraphQLError, visit } from 'graphql';
import mercurius from 'mercurius';
import { Callers } from '../access.ts';
import { callerHeaders } from '../caller-headers.ts';
import type { ProblemDetail } from '../errors.ts';
import { LiveService } from '../live/live.service.ts';
import { toGraphqlError } from './graphql-error.ts';
import { MAX_DEPTH, MAX_TOKENS, refuseCostly, refuseLong } from './query-cost.ts';
import { type ApiDescription, type RestCall, schemaOf } from './schema.ts';
import type { SubscriptionContext } from './subscription-context.ts';
import { type SocketOptions, SubscriptionSockets } from './subscription-sockets.ts';

interface Context {
  request: FastifyRequest;
  reply: FastifyReply;
}

/** Serves everything that REST serves at `/graphql`. @returns the sockets over which subscriptions come there */
export async function serveGraphql(
  app: NestFastifyApplication,
  api: ApiDescription,
  options: SocketOptions,
): Promise<SubscriptionSockets> {
  const fastify = app.getHttpAdapter().getInstance() as unknown as FastifyInstance;
  const callers = app.get(Callers);
  const schema = schemaOf<Context>(
    api,
    (call, context) => perform(fastify, call, context),
    (name, given, context) => (context as SubscriptionContext).subscribe(name, given),
  );
  await fastify.register(mercurius, {
    schema,
    path: '/graphql',
    graphiql: false,
    queryDepth: MAX_DEPTH,
    graphql: { parseOptions: { maxTokens: MAX_TOKENS } },
    context: (request, reply) => ({ request, reply }),
    // Problems keep the status 200 of an answer that GraphQL could give; only what it could not read at all does not.
    errorFormatter: (execution, context) => ({
      statusCode: 200,
      response: mercurius.defaultErrorFormatter(execution, context).response,
    }),
  });
  fastify.graphql.addHook('preValidation', async (_schema, document) => refuseLong(document));
  fastify.graphql.addHook('preExecution', async (_schema, document, context, variables) => {
    const { request } = context as unknown as Context;
    if (asksForSchema(document) && (await callers.of(request)) === null)
      throw new GraphQLError('The schema is shown to those who are logged in, or send an API key');
    refuseCostly(document, (variables ?? {}) as Record<string, unknown>);
  });
  return new SubscriptionSockets(schema, callers, app.get(LiveService), options);
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
    throw toGraphqlError(answer.json<ProblemDetail>());
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
