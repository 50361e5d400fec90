import type {
  Authenticator,
  Authorize,
  EnhancedLogin,
  EnhancedStep,
  Login,
  LoginResult,
  Policy,
} from '@restante/broker';
import type { CredentialDirectory } from '../credentials/credential-directory.ts';
import type { LoginFailure } from './login-failures.ts';

/** Told of a login that was refused, with the tenant that it was for, which need not exist. */
export type OnFailure = (slug: string, failure: LoginFailure) => void;

/** The directory of credentials, with somebody who is told of every login that it refuses, in whatever way it was tried. */
export class WatchedLogins implements Authenticator {
  constructor(
    private readonly directory: CredentialDirectory,
    private readonly onFailure: OnFailure,
  ) {}

  async authenticate(login: Login): Promise<LoginResult> {
    const result = await this.directory.authenticate(login);
    if (!result.accepted) this.failed(login, result);
    return result;
  }

  enhanced(method: string, login: Login): EnhancedLogin | undefined {
    const exchange = this.directory.enhanced(method, login);
    return exchange && { next: (data) => this.next(exchange, login, data) };
  }

  private async next(exchange: EnhancedLogin, login: Login, data: Buffer): Promise<EnhancedStep> {
    const step = await exchange.next(data);
    const username = exchange.username || login.username;
    if (step.state === 'refused') this.failed({ ...login, username }, step);
    return step;
  }

  policyOf(tenantId: number, username: string): Promise<Policy> {
    return this.directory.policyOf(tenantId, username);
  }

  authorizerOf(tenantId: number, username: string): Promise<Authorize | undefined> {
    return this.directory.authorizerOf(tenantId, username);
  }

  private failed(login: Login, { reasonCode, reason }: { reasonCode: number; reason: string }): void {
    const name = this.directory.nameOf(login);
    if (name === null) return;
    const address = login.remoteAddress.replace(/:\d+$/, '');
    const { clientIdentifier: clientId } = login;
    this.onFailure(name.slug, { username: name.username, clientId, address, reasonCode, reason });
  }
}
