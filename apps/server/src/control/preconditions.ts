/** Conditional requests (RFC 9110 section 13), for everything that can be got: written once, for every controller. */
import {
  type CallHandler,
  type ExecutionContext,
  Inject,
  Injectable,
  type NestInterceptor,
} from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import type { OpenAPIObject } from '@nestjs/swagger';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { hash } from 'node:crypto';
import { finalize, type Observable } from 'rxjs';
import { DomainError, type ProblemDetail } from './errors.ts';
import { callerHeaders } from './caller-headers.ts';

const API = '/api/v1/';
const CHANGING = new Set(['PATCH', 'PUT', 'DELETE']);
const NO_SUCH_ROUTE = 'http-404';

/** Gives answers their entity tags, and says 304 to who has that representation already. */
export function tagAnswers(app: NestFastifyApplication): void {
  app
    .getHttpAdapter()
    .getInstance()
    .addHook('onSend', async (request, reply, payload) => {
      const isTagged = request.method === 'GET' && request.url.startsWith(API) && reply.statusCode === 200;
      if (!isTagged || typeof payload !== 'string') return payload;
      const tag = `"${hash('sha256', payload, 'base64url')}"`;
      void reply.header('etag', tag);
      if (!isAmong(request.headers['if-none-match'], tag, 'weakly')) return payload;
      void reply.code(304).removeHeader('content-type');
      return '';
    });
}

/**
 * A change with If-Match is made only if the resource is still what its sender has seen. Changes of one resource go one
 * after the other, so that of two who have seen the same only one is first.
 */
@Injectable()
export class Preconditions implements NestInterceptor {
  /** The last of the changes under way, by path. */
  private readonly changing = new Map<string, Promise<void>>();

  constructor(@Inject(HttpAdapterHost) private readonly http: HttpAdapterHost) {}

  async intercept(context: ExecutionContext, next: CallHandler): Promise<Observable<unknown>> {
    const request = context.switchToHttp().getRequest<FastifyRequest>();
    if (!CHANGING.has(request.method)) return next.handle();
    const [path] = request.url.split('?');
    const finished = await this.turnOf(path);
    try {
      await this.check(request, path);
    } catch (error) {
      finished();
      throw error;
    }
    return next.handle().pipe(finalize(finished));
  }

  private async turnOf(path: string): Promise<() => void> {
    const before = this.changing.get(path);
    const { promise, resolve } = Promise.withResolvers<void>();
    this.changing.set(path, promise);
    await before;
    return () => {
      if (this.changing.get(path) === promise) this.changing.delete(path);
      resolve();
    };
  }

  /** @throws DomainError `precondition-failed` */
  private async check(request: FastifyRequest, path: string): Promise<void> {
    const expected = request.headers['if-match'];
    if (expected === undefined) return;
    const fastify = this.http.httpAdapter.getInstance<FastifyInstance>();
    const { statusCode, headers, body } = await fastify.inject({
      method: 'GET',
      url: path,
      headers: callerHeaders(request),
      remoteAddress: request.socket.remoteAddress,
    });
    const isThere = statusCode === 200;
    // What is wrong with the request itself, the operation says better.
    if (!isThere && (JSON.parse(body) as ProblemDetail).code !== NO_SUCH_ROUTE) return;
    if (isThere && isAmong(expected, String(headers.etag), 'strongly')) return;
    throw new DomainError(
      'precondition-failed',
      'It is not what If-Match says: get it again, and decide anew',
    );
  }
}

/** Whether a list of entity tags, or `*`, holds one (RFC 9110 section 8.8.3.2). */
function isAmong(list: string | undefined, tag: string, compared: 'weakly' | 'strongly'): boolean {
  const given = list?.split(',').map((one) => one.trim()) ?? [];
  return given.some((one) => one === '*' || (compared === 'weakly' ? one.replace(/^W\//, '') : one) === tag);
}

/** Tells of If-Match wherever there is something to compare. */
export function describePreconditions({ paths }: OpenAPIObject): void {
  for (const operations of Object.values(paths)) {
    if (operations.get === undefined) continue;
    for (const operation of [operations.patch, operations.put, operations.delete]) {
      operation?.parameters?.push({
        name: 'If-Match',
        in: 'header',
        required: false,
        schema: { type: 'string' },
        description: 'The ETag of what was seen: it is changed only if it is still that',
      });
      if (operation !== undefined)
        operation.responses['412'] = { description: 'It is something else by now' };
    }
  }
}
