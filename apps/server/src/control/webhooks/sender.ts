import { type Agent, request } from 'undici';
import { VERSION } from '../../version.ts';
import { signedHeaders } from './signature.ts';
import type { SigningSecrets, StoredSecrets } from './signing-secrets.ts';

/** What a receiver says beside its status is not looked at; so much of it is let come. */
const MAX_ANSWER_BYTES = 1_024;

/** What became of one attempt. */
export interface Outcome {
  isDelivered: boolean;
  /** Of the answer; null: there was none. */
  status: number | null;
  latencyMs: number;
  /** For people; null: it is delivered. */
  error: string | null;
}

export interface Parcel {
  id: string;
  body: string;
  webhook: StoredSecrets & { url: string };
}

/** Sends one signed request, and says what became of it. */
export class Sender {
  constructor(
    private readonly agent: Agent,
    private readonly secrets: SigningSecrets,
    private readonly timeoutMs: number,
  ) {}

  /**
   * Never rejects, unless `stop` ends it.
   *
   * @throws whatever `stop` was aborted with
   */
  async send({ id, body, webhook }: Parcel, stop?: AbortSignal): Promise<Outcome> {
    const startedAt = performance.now();
    const outcome = (status: number | null, error: string | null): Outcome => ({
      isDelivered: error === null,
      status,
      latencyMs: Math.round(performance.now() - startedAt),
      error,
    });
    let secrets: string[];
    try {
      secrets = this.secrets.open(webhook, Date.now());
    } catch {
      return outcome(null, 'The secret cannot be read with this server’s own: rotate it');
    }
    const timeout = AbortSignal.timeout(this.timeoutMs);
    try {
      const { statusCode, body: answer } = await request(webhook.url, {
        dispatcher: this.agent,
        method: 'POST',
        headers: {
          'content-type': 'application/json',
          'user-agent': `Restante/${VERSION}`,
          ...signedHeaders(id, body, secrets, Date.now()),
        },
        body,
        signal: stop === undefined ? timeout : AbortSignal.any([timeout, stop]),
      });
      // A connection that breaks, or goes on and on, after the status has come changes nothing.
      await answer.dump({ limit: MAX_ANSWER_BYTES }).catch(() => undefined);
      return outcome(statusCode, complaintAbout(statusCode));
    } catch (error) {
      if (stop?.aborted) throw error;
      return outcome(
        null,
        timeout.aborted ? `No answer within ${this.timeoutMs / 1_000} s` : reasonOf(error),
      );
    }
  }
}

function complaintAbout(status: number): string | null {
  if (status >= 200 && status < 300) return null;
  const isRedirect = status >= 300 && status < 400;
  return `The receiver answered ${status}${isRedirect ? ': redirects are not followed' : ''}`;
}

/** Node's errors of several addresses have no words of their own. */
function reasonOf(error: unknown): string {
  const { message, code, errors } = error as AggregateError & { code?: string };
  return message || (errors?.[0] as Error | undefined)?.message || code || 'The request failed';
}
