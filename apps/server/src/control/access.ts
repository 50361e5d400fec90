import {
  type CanActivate,
  createParamDecorator,
  type ExecutionContext,
  Inject,
  Injectable,
  SetMetadata,
} from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import { giveWay } from '@restante/broker';
import type { FastifyRequest } from 'fastify';
import { ApiKeysService } from './api-keys/api-keys.service.ts';
import { DomainError } from './errors.ts';
import { PeopleService } from './people/people.service.ts';
import type { TenantRole } from './permissions.ts';

/** Who makes a request. */
export interface Caller {
  kind: 'person' | 'api-key';
  /** Of the person, or the key. */
  id: string;
  /** For people to read: an e-mail address, or the name of a key. */
  name: string;
  isPlatformAdmin: boolean;
  /** null: an API key. */
  person: { id: string; email: string; name: string; hasTwoFactor: boolean; loginId: string } | null;
  /** The tenant and role that an API key is confined to; null: a person, or a key of the platform. */
  keyScope: { tenantId: number; role: TenantRole } | null;
  remoteAddress: string;
}

/** What of a request tells who makes it. */
export type Carried = Pick<FastifyRequest, 'method' | 'headers' | 'ip'>;

const PUBLIC = Symbol('PUBLIC');

/** The route answers without a login. */
export const Public = () => SetMetadata(PUBLIC, true);

/** The caller, in a controller's parameters. */
export const CurrentCaller = createParamDecorator(
  (_: unknown, context: ExecutionContext) =>
    context.switchToHttp().getRequest<FastifyRequest & { caller: Caller }>().caller,
);

/** The secret that a request carries; undefined: none. */
export function bearerOf({ headers }: Carried): string | undefined {
  return /^Bearer (.+)$/i.exec(headers.authorization ?? '')?.[1];
}

/** Knows callers by what their requests carry: an API key, or the cookie of a login. */
@Injectable()
export class Callers {
  constructor(
    @Inject(PeopleService) private readonly people: PeopleService,
    @Inject(ApiKeysService) private readonly apiKeys: ApiKeysService,
  ) {}

  /** null: nobody who is known. @throws DomainError `foreign-origin` */
  async of(request: Carried): Promise<Caller | null> {
    return (await this.byApiKey(request)) ?? (await this.byLogin(request));
  }

  private async byApiKey(request: Carried): Promise<Caller | null> {
    const { ip: remoteAddress } = request;
    const secret = bearerOf(request);
    const key = secret === undefined ? null : await this.apiKeys.find(secret);
    if (key === null) return null;
    const { id, name, scope: keyScope } = key;
    return {
      kind: 'api-key',
      id,
      name,
      isPlatformAdmin: keyScope === null,
      person: null,
      keyScope,
      remoteAddress,
    };
  }

  private async byLogin(request: Carried): Promise<Caller | null> {
    const found = await this.people.whoIs(request.headers.cookie);
    if (found === null) return null;
    refuseForeignOrigin(request);
    const { isPlatformAdmin, ...person } = found;
    const { id, email: name } = person;
    return { kind: 'person', id, name, isPlatformAdmin, person, keyScope: null, remoteAddress: request.ip };
  }
}

/** Lets in who is known. What they may do, each operation asks itself. */
@Injectable()
export class AccessGuard implements CanActivate {
  constructor(
    @Inject(Reflector) private readonly reflector: Reflector,
    @Inject(Callers) private readonly callers: Callers,
  ) {}

  async canActivate(context: ExecutionContext): Promise<boolean> {
    const request = context.switchToHttp().getRequest<FastifyRequest & { caller?: Caller }>();
    if (this.reflector.get<boolean>(PUBLIC, context.getHandler())) return true;
    const caller = await this.callers.of(request);
    if (caller === null) throw notAuthenticated();
    request.caller = caller;
    await giveWay();
    return true;
  }
}

export function notAuthenticated(): DomainError {
  return new DomainError('not-authenticated', 'Send an API key as a bearer token, or log in');
}

const SAFE_METHODS = new Set(['GET', 'HEAD', 'OPTIONS']);

/** A browser names the site that a request comes from: with a cookie it must be ours. */
export function refuseForeignOrigin({ method, headers }: Carried): void {
  const { origin } = headers;
  if (SAFE_METHODS.has(method) || origin === undefined) return;
  const host = headers['x-forwarded-host'] ?? headers.host;
  if (!URL.canParse(origin) || new URL(origin).host !== host) {
    throw new DomainError('foreign-origin', `Requests from ${origin} are not accepted`);
  }
}
