import {
  type CallHandler,
  type ExecutionContext,
  Inject,
  Injectable,
  type NestInterceptor,
} from '@nestjs/common';
import type { OpenAPIObject } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { createHash } from 'node:crypto';
import { from, lastValueFrom, type Observable, of } from 'rxjs';
import type { Caller } from '../access.ts';
import { DomainError } from '../errors.ts';
import { IdempotencyKeys, type KeyedRequest } from './idempotency-keys.ts';

const MAX_KEY_LENGTH = 255;

/** A POST with an Idempotency-Key does what it does once, however often it is sent within a day. */
@Injectable()
export class Idempotency implements NestInterceptor {
  constructor(@Inject(IdempotencyKeys) private readonly keys: IdempotencyKeys) {}

  async intercept(context: ExecutionContext, next: CallHandler): Promise<Observable<unknown>> {
    const http = context.switchToHttp();
    const request = keyed(http.getRequest<FastifyRequest & { caller?: Caller }>());
    if (request === null) return next.handle();
    const answered = await this.keys.begin(request);
    if (answered === null) return from(this.answer(request, next));
    void http.getResponse<FastifyReply>().header('idempotency-replayed', 'true');
    return of(answered === '' ? undefined : JSON.parse(answered));
  }

  private async answer(request: KeyedRequest, next: CallHandler): Promise<unknown> {
    let answer: unknown;
    try {
      answer = await lastValueFrom(next.handle());
    } catch (error) {
      await this.keys.forget(request);
      throw error;
    }
    await this.keys.finish(request, answer === undefined ? '' : JSON.stringify(answer));
    return answer;
  }
}

/** null: it has no key, or nobody whose it could be. @throws DomainError `invalid-request` */
function keyed({
  method,
  url,
  headers,
  body,
  caller,
}: FastifyRequest & { caller?: Caller }): KeyedRequest | null {
  const key = headers['idempotency-key'];
  if (method !== 'POST' || key === undefined || caller === undefined) return null;
  if (typeof key !== 'string' || key === '' || key.length > MAX_KEY_LENGTH)
    throw new DomainError('invalid-request', `An Idempotency-Key has 1 to ${MAX_KEY_LENGTH} characters`);
  const hash = createHash('sha256')
    .update(`${url}\n`)
    .update(JSON.stringify(body ?? null));
  return { caller: `${caller.kind} ${caller.id}`, key, hash: new Uint8Array(hash.digest()) };
}

/** Tells of Idempotency-Key wherever it is heeded. */
export function describeIdempotency({ paths }: OpenAPIObject): void {
  for (const { post } of Object.values(paths)) {
    post?.parameters?.push({
      name: 'Idempotency-Key',
      in: 'header',
      required: false,
      schema: { type: 'string', maxLength: MAX_KEY_LENGTH },
      description: 'Sent again with the same key within a day, it is answered as before and does nothing',
    });
  }
}
