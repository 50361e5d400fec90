import { Inject, Injectable } from '@nestjs/common';
import type { PrismaClient } from '@restante/database';
import type { Caller } from '../access.ts';
import { AuditService } from '../audit/audit.service.ts';
import { DomainError } from '../errors.ts';
import { AUTH, PRISMA } from '../providers.ts';
import { type Auth, AUTH_URL, LOGINS_A_MINUTE } from './auth.ts';
import type {
  ChangePassword,
  ConfirmTwoFactor,
  LoginBody,
  LoginResult,
  OwnLoginList,
  PasswordBody,
  TwoFactorLogin,
  TwoFactorSetup,
} from './people.dto.ts';
import { TriesAMinute } from './tries-a-minute.ts';

/** What goes back to the browser beside the result: `set-cookie` values. */
export interface Answer<Result> {
  cookies: string[];
  result: Result;
}

/** Where a login comes from. */
export interface Browser {
  remoteAddress: string;
  userAgent?: string | undefined;
}

/** Of a person's logins, the latest. */
const MAX_LISTED_LOGINS = 100;
const MAX_USER_AGENT_LENGTH = 500;

/** Wrong passwords in a row after which nobody logs in as that person for a while. */
const MAX_WRONG_PASSWORDS = 10;
const LOCKED_MS = 15 * 60_000;

/** People's logins, by better-auth: it is called in this process and not reached from outside. */
@Injectable()
export class PeopleService {
  /** The library counts by address; who comes through a proxy can say any address. */
  private readonly tries = new TriesAMinute(LOGINS_A_MINUTE);

  constructor(
    @Inject(AUTH) private readonly auth: Auth,
    @Inject(PRISMA) private readonly prisma: PrismaClient,
    @Inject(AuditService) private readonly audit: AuditService,
  ) {}

  async login({ email: given, password }: LoginBody, browser: Browser): Promise<Answer<LoginResult>> {
    const email = given.toLowerCase();
    if (!this.tries.take(email)) throw tooManyLogins('Wait a minute before the next login');
    const person = await this.prisma.person.findUnique({ where: { email } });
    const now = new Date();
    if (person?.lockedUntil && person.lockedUntil > now)
      throw tooManyLogins('After too many wrong passwords, wait a quarter of an hour');
    const response = await this.call('/sign-in/email', { email, password }, undefined, browser);
    if (response.status === 429) throw tooManyLogins('Wait a minute before the next login');
    if (!response.ok) {
      await this.countWrongPassword(email, now);
      throw new DomainError('wrong-login', 'The e-mail address or the password is wrong');
    }
    if (person !== null && person.failedLogins > 0)
      await this.prisma.person.update({
        where: { id: person.id },
        data: { failedLogins: 0, lockedUntil: null },
      });
    const { twoFactorRedirect = false } = (await response.json()) as { twoFactorRedirect?: boolean };
    return { cookies: response.headers.getSetCookie(), result: { twoFactorRequired: twoFactorRedirect } };
  }

  private async countWrongPassword(email: string, now: Date): Promise<void> {
    await this.prisma.person.updateMany({ where: { email }, data: { failedLogins: { increment: 1 } } });
    await this.prisma.person.updateMany({
      where: { email, failedLogins: { gte: MAX_WRONG_PASSWORDS } },
      data: { failedLogins: 0, lockedUntil: new Date(now.getTime() + LOCKED_MS) },
    });
  }

  /** The second half of a login, with the cookie that the first one gave. */
  async loginTwoFactor(
    { code }: TwoFactorLogin,
    cookie: string | undefined,
    browser: Browser,
  ): Promise<Answer<void>> {
    const path = /^\d{6}$/.test(code) ? '/two-factor/verify-totp' : '/two-factor/verify-backup-code';
    const response = await this.call(path, { code }, cookie, browser);
    if (response.status === 429) throw tooManyLogins('Wait a while before the next code');
    if (!response.ok) throw new DomainError('wrong-login', 'The code is wrong, or the login took too long');
    return { cookies: response.headers.getSetCookie(), result: undefined };
  }

  async logout(cookie: string | undefined): Promise<Answer<void>> {
    const response = await this.call('/sign-out', {}, cookie);
    return { cookies: response.headers.getSetCookie(), result: undefined };
  }

  /** null: nobody. */
  async whoIs(cookie: string | undefined) {
    if (cookie === undefined) return null;
    const login = await this.auth.api.getSession({ headers: new Headers({ cookie }) });
    if (login === null) return null;
    const { id, email, name, isPlatformAdmin, twoFactorEnabled } = login.user;
    return {
      id,
      email,
      name,
      isPlatformAdmin: isPlatformAdmin ?? false,
      hasTwoFactor: twoFactorEnabled ?? false,
      loginId: login.session.id,
    };
  }

  /** Where the caller is logged in. */
  async listLogins(caller: Caller): Promise<OwnLoginList> {
    const { id: personId, loginId } = requirePerson(caller);
    const logins = await this.prisma.login.findMany({
      where: { personId, expiresAt: { gt: new Date() } },
      orderBy: { createdAt: 'desc' },
      take: MAX_LISTED_LOGINS,
    });
    const items = logins.map(({ id, createdAt, expiresAt, ipAddress, userAgent }) => ({
      id,
      createdAt: createdAt.toISOString(),
      expiresAt: expiresAt.toISOString(),
      remoteAddress: ipAddress || null,
      userAgent: userAgent || null,
      isCurrent: id === loginId,
    }));
    return { items };
  }

  /** Ends a login of the caller's own, here or elsewhere. */
  async deleteLogin(caller: Caller, id: string): Promise<void> {
    const { id: personId } = requirePerson(caller);
    await this.prisma.$transaction(async (tx) => {
      const { count } = await tx.login.deleteMany({ where: { id, personId } });
      if (count === 0) throw new DomainError('login-not-found', 'You have no such login (any more)');
      await this.audit.record(caller, { tenant: null, action: 'person.logout', target: caller.name }, tx);
    });
  }

  async changePassword(
    caller: Caller,
    body: ChangePassword,
    cookie: string | undefined,
  ): Promise<Answer<void>> {
    return this.change(
      caller,
      'person.password',
      '/change-password',
      { ...body, revokeOtherSessions: true },
      cookie,
    );
  }

  async setUpTwoFactor(
    caller: Caller,
    { password }: PasswordBody,
    cookie: string | undefined,
  ): Promise<Answer<TwoFactorSetup>> {
    requirePerson(caller);
    const response = await this.call('/two-factor/enable', { password }, cookie, caller);
    if (!response.ok) throw await refusal(response);
    // Of who has one already, another one is in the place of that.
    await this.audit.record(caller, {
      tenant: null,
      action: 'person.set-up-two-factor',
      target: caller.name,
    });
    const { totpURI, backupCodes } = (await response.json()) as { totpURI: string; backupCodes: string[] };
    return { cookies: response.headers.getSetCookie(), result: { uri: totpURI, backupCodes } };
  }

  async confirmTwoFactor(
    caller: Caller,
    body: ConfirmTwoFactor,
    cookie: string | undefined,
  ): Promise<Answer<void>> {
    return this.change(caller, 'person.two-factor', '/two-factor/verify-totp', body, cookie);
  }

  async disableTwoFactor(
    caller: Caller,
    body: PasswordBody,
    cookie: string | undefined,
  ): Promise<Answer<void>> {
    return this.change(caller, 'person.no-two-factor', '/two-factor/disable', body, cookie);
  }

  private async change(
    caller: Caller,
    action: string,
    path: string,
    body: object,
    cookie: string | undefined,
  ): Promise<Answer<void>> {
    requirePerson(caller);
    const response = await this.call(path, body, cookie, caller);
    if (!response.ok) throw await refusal(response);
    await this.audit.record(caller, { tenant: null, action, target: caller.name });
    return { cookies: response.headers.getSetCookie(), result: undefined };
  }

  private call(
    path: string,
    body: object,
    cookie = '',
    { remoteAddress, userAgent = '' }: Browser = { remoteAddress: '' },
  ): Promise<Response> {
    const headers = {
      'user-agent': userAgent.slice(0, MAX_USER_AGENT_LENGTH),
      'content-type': 'application/json',
      origin: AUTH_URL,
      cookie,
      'x-restante-client': remoteAddress,
    };
    return this.auth.handler(
      new Request(`${AUTH_URL}/api/auth${path}`, { method: 'POST', headers, body: JSON.stringify(body) }),
    );
  }
}

function requirePerson({ person }: Caller): NonNullable<Caller['person']> {
  if (person === null) throw new DomainError('not-permitted', 'This is for people, not for API keys');
  return person;
}

function tooManyLogins(detail: string): DomainError {
  return new DomainError('too-many-logins', detail);
}

async function refusal(response: Response): Promise<DomainError> {
  if (response.status === 429) return tooManyLogins('Wait a while before the next try');
  const { message = 'It was refused' } = (await response.json()) as { message?: string };
  return new DomainError('invalid-request', message);
}
