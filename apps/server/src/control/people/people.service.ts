import { Inject, Injectable } from '@nestjs/common';
import { DomainError } from '../errors.ts';
import { AUTH } from '../providers.ts';
import { type Auth, AUTH_URL, LOGINS_A_MINUTE } from './auth.ts';
import { type LoginBody } from './people.dto.ts';
import { TriesAMinute } from './tries-a-minute.ts';

/** Logins of people. What goes back to the browser is cookies, as `set-cookie` values. */
@Injectable()
export class PeopleService {
  /** The library counts by address; who comes through a proxy can say any address. */
  private readonly tries = new TriesAMinute(LOGINS_A_MINUTE);

  constructor(@Inject(AUTH) private readonly auth: Auth) {}

  async login({ email, password }: LoginBody, remoteAddress: string): Promise<string[]> {
    if (!this.tries.take(email.toLowerCase())) {
      throw new DomainError('too-many-logins', 'Wait a minute before the next login');
    }
    const response = await this.call(
      '/sign-in/email',
      { 'x-restante-client': remoteAddress },
      { email, password },
    );
    if (response.status === 429)
      throw new DomainError('too-many-logins', 'Wait a minute before the next login');
    if (!response.ok) throw new DomainError('wrong-login', 'The e-mail address or the password is wrong');
    return response.headers.getSetCookie();
  }

  async logout(cookie: string | undefined): Promise<string[]> {
    const response = await this.call('/sign-out', { cookie: cookie ?? '' }, {});
    return response.headers.getSetCookie();
  }

  /** null: nobody. */
  async whoIs(cookie: string | undefined): Promise<{ email: string; name: string } | null> {
    if (cookie === undefined) return null;
    const login = await this.auth.api.getSession({ headers: new Headers({ cookie }) });
    return login === null ? null : { email: login.user.email, name: login.user.name };
  }

  private call(path: string, headers: Record<string, string>, body: object): Promise<Response> {
    return this.auth.handler(
      new Request(`${AUTH_URL}/api/auth${path}`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', origin: AUTH_URL, ...headers },
        body: JSON.stringify(body),
      }),
    );
  }
}
