import rateLimit from '@fastify/rate-limit';
import { NestFactory } from '@nestjs/core';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import { DocumentBuilder, SwaggerModule } from '@nestjs/swagger';
import { type Logger, PLATFORM_CAPS } from '@restante/broker';
import type { FastifyError, FastifyReply, FastifyRequest } from 'fastify';
import { Transform } from 'node:stream';
import { Callers, notAuthenticated } from './access.ts';
import { DomainError } from './errors.ts';
import { giveWayBetweenSteps } from './giving-way.ts';
import { serveGraphql } from './graphql/graphql.ts';
import type { SubscriptionSockets } from './graphql/subscription-sockets.ts';
import type { ApiDescription } from './graphql/schema.ts';
import { ControlModule, type ControlPlaneParts } from './control.module.ts';
import { describeIdempotency } from './idempotency/idempotency.ts';
import { describeSubscriptions, SUBSCRIPTION_MODELS } from './live/subscriptions.ts';
import { describePreconditions, tagAnswers } from './preconditions.ts';
import { plainProblem, PROBLEM_TYPE } from '../plain-problem.ts';
import { ProblemFilter } from './problem.filter.ts';
import { secureAnswers } from './security-headers.ts';
import { validation } from './validation.ts';

/** A message as base64 in JSON, and the JSON around it. */
const BODY_LIMIT = Math.ceil(PLATFORM_CAPS.maxPacketBytes * 1.4);
/** Anybody may send so much. */
const SMALL_BODY_BYTES = 64 * 1024;
const MINUTE_MS = 60_000;
const MAX_COUNTED_ADDRESSES = 10_000;
const NEVER_LIMITED = ['/healthz', '/readyz'];
/** Of bodies, which are walked through again and again; no operation takes anything as deep. */
const MAX_NESTING = 32;
const MAX_PARAMETER_LENGTH = 65_535 * 3;

/** The control plane, which does not listen yet. */
export interface ControlPlane {
  app: NestFastifyApplication;
  /** Of GraphQL, for upgrades at `/graphql`; closed before the application. */
  subscriptions: SubscriptionSockets;
}

/** The control plane as an HTTP application. */
export async function createHttp(parts: ControlPlaneParts, log: Logger): Promise<ControlPlane> {
  const adapter = new FastifyAdapter({
    bodyLimit: BODY_LIMIT,
    routerOptions: { maxParamLength: MAX_PARAMETER_LENGTH },
    trustProxy: parts.trustedProxies,
    frameworkErrors: refuseUnreadable,
  });
  const app = await NestFactory.create<NestFastifyApplication>(
    ControlModule.with({ ...parts, log }),
    adapter,
    {
      logger: false,
      abortOnError: false,
    },
  );
  giveWayBetweenSteps(app);
  secureAnswers(app);
  await guardRequests(app, parts.requestsAMinute);
  acceptImports(app);
  tagAnswers(app);
  app.useGlobalPipes(validation);
  app.useGlobalFilters(new ProblemFilter(log));
  const document = describeApi(app);
  const { requestsAMinute, trustedProxies } = parts;
  const options = { log, requestsAMinute, trustedProxies };
  const subscriptions = await serveGraphql(app, document as ApiDescription, options);
  SwaggerModule.setup('api/docs', app, () => document, {
    jsonDocumentUrl: 'api/v1/openapi.json',
    customSiteTitle: 'Restante API',
  });
  return { app, subscriptions };
}

/** Of what is no request that could reach a route, such as a path that is no UTF-8. */
function refuseUnreadable(
  { statusCode = 400, message }: FastifyError,
  _request: FastifyRequest,
  reply: FastifyReply,
): void {
  void reply.code(statusCode).type(PROBLEM_TYPE).send(plainProblem(statusCode, message));
}

/** What is looked at before an operation is asked for. */
async function guardRequests(app: NestFastifyApplication, requestsAMinute: number): Promise<void> {
  const fastify = app.getHttpAdapter().getInstance();
  await fastify.register(rateLimit as never, {
    max: requestsAMinute,
    timeWindow: MINUTE_MS,
    cache: MAX_COUNTED_ADDRESSES,
    allowList: ({ url }: FastifyRequest) => NEVER_LIMITED.includes(url),
    errorResponseBuilder: (_: FastifyRequest, { ttl }: { ttl: number }) =>
      new DomainError('too-many-requests', `Wait ${Math.ceil(ttl / 1_000)} s before the next request`),
  });
  const callers = app.get(Callers);
  // A large body takes memory before anybody asks who sent it.
  fastify.addHook('preParsing', async (request, _reply, body) => {
    const { 'content-length': length, 'transfer-encoding': coding } = request.headers;
    // Without either there is no body (RFC 9112 section 6.3).
    if (length === undefined && coding === undefined) return body;
    if (length !== undefined && Number(length) <= SMALL_BODY_BYTES) return body;
    if ((await callers.of(request as unknown as FastifyRequest)) !== null) return body;
    if (length !== undefined) throw notAuthenticated();
    // How long it is, shows only as it comes.
    return body.pipe(atMost(SMALL_BODY_BYTES));
  });
  fastify.addHook('preValidation', async ({ body }) => {
    if (isDeeperThan(MAX_NESTING, body))
      throw new DomainError('invalid-request', `The body is nested more than ${MAX_NESTING} times`);
  });
}

function isDeeperThan(levels: number, value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return false;
  return levels === 0 || Object.values(value).some((part) => isDeeperThan(levels - 1, part));
}

/** Passes on so many bytes; with more, whoever sends them should have said who they are. */
function atMost(bytes: number): Transform {
  let left = bytes;
  return new Transform({
    transform(chunk: Buffer, _encoding, done) {
      left -= chunk.length;
      if (left < 0) done(notAuthenticated());
      else done(null, chunk);
    },
  });
}

/** A file of credentials may be sent as it is: it becomes the body that JSON would have. */
function acceptImports(app: NestFastifyApplication): void {
  const fastify = app.getHttpAdapter().getInstance();
  const formats = {
    'text/csv': 'csv',
    'application/jsonl': 'json-lines',
    'application/x-ndjson': 'json-lines',
  };
  for (const [type, format] of Object.entries(formats)) {
    fastify.addContentTypeParser(type, { parseAs: 'string' }, (_request, data, done) =>
      done(null, { format, data }),
    );
  }
}

/** The OpenAPI description of every route. */
export function describeApi(app: NestFastifyApplication) {
  const base = new DocumentBuilder()
    .setTitle('Restante')
    .setDescription(
      'Manages tenants, credentials, policies, sessions and their queues. Errors are problem details (RFC 9457).',
    )
    .setVersion('1')
    .addBearerAuth()
    .addCookieAuth('restante.session_token')
    .build();
  const document = SwaggerModule.createDocument(app, base, {
    operationIdFactory: (_, method) => method,
    extraModels: SUBSCRIPTION_MODELS,
  });
  describePreconditions(document);
  describeIdempotency(document);
  return { ...document, 'x-restante-subscriptions': describeSubscriptions() };
}
