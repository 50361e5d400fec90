import {
  type CanActivate,
  createParamDecorator,
  type ExecutionContext,
  Injectable,
  SetMetadata,
} from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import { type FastifyRequest } from 'fastify';
import { Inject } from '@nestjs/common';
import { DomainError } from './errors.ts';
import { PeopleService } from './people/people.service.ts';
import { hashSecret, isSecret } from '../secrets.ts';

/** Who makes a request. */
export interface Caller {
  role: 'platform-admin';
  /** null: an API key. */
  person: { email: string; name: string } | null;
}

/** Hash of the platform's API key; null: there is none. */
export const ADMIN_API_KEY = Symbol('ADMIN_API_KEY');

const PUBLIC = Symbol('PUBLIC');

/** The route answers without a login. */
export const Public = () => SetMetadata(PUBLIC, true);

/** The caller, in a controller's parameters. */
export const CurrentCaller = createParamDecorator(
  (_: unknown, context: ExecutionContext) =>
    context.switchToHttp().getRequest<FastifyRequest & { caller: Caller }>().caller,
);

/** Lets in who shows an API key or a login, and notes who it is. */
@Injectable()
export class AccessGuard implements CanActivate {
  private readonly keyHash: Buffer | null;

  constructor(
    @Inject(Reflector) private readonly reflector: Reflector,
    @Inject(PeopleService) private readonly people: PeopleService,
    @Inject(ADMIN_API_KEY) key: string | null,
  ) {
    this.keyHash = key === null ? null : hashSecret(key);
  }

  async canActivate(context: ExecutionContext): Promise<boolean> {
    const request = context.switchToHttp().getRequest<FastifyRequest & { caller?: Caller }>();
    if (this.reflector.get<boolean>(PUBLIC, context.getHandler())) return true;
    const caller = this.byApiKey(request) ?? (await this.byLogin(request));
    if (caller === null)
      throw new DomainError('not-authenticated', 'Send an API key as a bearer token, or log in');
    request.caller = caller;
    return true;
  }

  private byApiKey({ headers }: FastifyRequest): Caller | null {
    const [, key] = /^Bearer (.+)$/i.exec(headers.authorization ?? '') ?? [];
    if (key === undefined || this.keyHash === null || !isSecret(key, this.keyHash)) return null;
    return { role: 'platform-admin', person: null };
  }

  private async byLogin(request: FastifyRequest): Promise<Caller | null> {
    const person = await this.people.whoIs(request.headers.cookie);
    if (person === null) return null;
    refuseForeignOrigin(request);
    return { role: 'platform-admin', person };
  }
}

const SAFE_METHODS = new Set(['GET', 'HEAD', 'OPTIONS']);

/** A browser names the site that a request comes from: with a cookie it must be ours. */
export function refuseForeignOrigin({ method, headers }: FastifyRequest): void {
  const { origin } = headers;
  if (SAFE_METHODS.has(method) || origin === undefined) return;
  const host = headers['x-forwarded-host'] ?? headers.host;
  if (!URL.canParse(origin) || new URL(origin).host !== host) {
    throw new DomainError('foreign-origin', `Requests from ${origin} are not accepted`);
  }
}
