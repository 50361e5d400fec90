import {
  createLocalJWKSet,
  createRemoteJWKSet,
  customFetch,
  errors,
  type JSONWebKeySet,
  type JWTVerifyGetKey,
} from 'jose';
import { type Agent, request } from 'undici';

const FETCH_TIMEOUT_MS = 5_000;
const MAX_BYTES = 256 * 1024;
/** For so long keys are used before they are fetched again. */
const KEPT_MS = 10 * 60_000;
/** Keys of unknown names are asked for no more often, and not after a failure either: anybody can send tokens. */
const COOLDOWN_MS = 30_000;

/** The keys cannot be had for now. */
export class KeysUnavailableError extends Error {
  override readonly name = 'KeysUnavailableError';
}

export function keysIn(jwks: JSONWebKeySet): JWTVerifyGetKey {
  return createLocalJWKSet(jwks);
}

/** The keys at a URL, fetched when a token asks for one that is not known. Rejects with KeysUnavailableError. */
export function keysAt(url: string, agent: Agent): JWTVerifyGetKey {
  const fetched = new CooledFetch(agent);
  const keys = createRemoteJWKSet(new URL(url), {
    timeoutDuration: FETCH_TIMEOUT_MS,
    cooldownDuration: COOLDOWN_MS,
    cacheMaxAge: KEPT_MS,
    [customFetch]: (address, { signal }) => fetched.fetch(address, signal),
  });
  return async (header, token) => {
    try {
      return await keys(header, token);
    } catch (error) {
      if (isAboutToken(error)) throw error;
      throw new KeysUnavailableError((error as Error).message, { cause: error });
    }
  };
}

/** The keys are there, and none of them is the token's. */
function isAboutToken(error: unknown): boolean {
  return (
    error instanceof errors.JWKSNoMatchingKey ||
    error instanceof errors.JWKSMultipleMatchingKeys ||
    error instanceof errors.JOSENotSupported
  );
}

/** After a failure it fails at once for a while: keys that are there are good meanwhile. */
class CooledFetch {
  private failedAt = -Infinity;
  private failure: unknown;

  constructor(private readonly agent: Agent) {}

  async fetch(url: string, signal: AbortSignal): Promise<Response> {
    if (performance.now() - this.failedAt < COOLDOWN_MS) throw this.failure;
    try {
      return await fetchKeys(url, this.agent, signal);
    } catch (error) {
      this.failedAt = performance.now();
      this.failure = error;
      throw error;
    }
  }
}

async function fetchKeys(url: string, dispatcher: Agent, signal: AbortSignal): Promise<Response> {
  const headers = { accept: 'application/json, application/jwk-set+json' };
  const { statusCode, body } = await request(url, { dispatcher, signal, headers });
  const chunks: Buffer[] = [];
  let length = 0;
  // Leaving the loop ends the answer.
  for await (const chunk of body as AsyncIterable<Buffer>) {
    length += chunk.length;
    if (length > MAX_BYTES) throw new Error(`The keys are longer than ${MAX_BYTES} bytes`);
    chunks.push(chunk);
  }
  if (statusCode !== 200) throw new Error(`The keys' server answers ${statusCode}`);
  const found = JSON.parse(Buffer.concat(chunks).toString('utf8')) as { keys?: unknown } | null;
  if (!Array.isArray(found?.keys)) throw new Error("The keys' server answers no set of keys");
  return Response.json(found);
}
