import createClient, { type Client } from 'openapi-fetch';
import { ApiUnreachable, toProblem } from './problem.ts';
import type { paths } from './schema.ts';

export type ApiClient = Client<paths>;

export interface ApiClientOptions {
  /** Where the control plane is, as `http://127.0.0.1:8080`; '' in a browser: the page's own origin. */
  baseUrl: string;
  /** Sent as a bearer token; left out in a browser, whose cookie says who asks. */
  apiKey?: string;
  /** How long a read may take before it counts as unreachable; writes get {@link WRITE_PATIENCE} times as long. */
  timeoutMs?: number;
}

/** Deleting a tenant with millions of messages takes longer than reading a page of a list. */
const WRITE_PATIENCE = 12;

/** Client of the control plane, typed by its OpenAPI description. Await its calls through {@link answer} or {@link done}. */
export function createApiClient({ baseUrl, apiKey, timeoutMs = 10_000 }: ApiClientOptions): ApiClient {
  return createClient<paths>({
    baseUrl,
    headers: apiKey === undefined ? undefined : { authorization: `Bearer ${apiKey}` },
    fetch: (request) =>
      fetchWithin(request, request.method === 'GET' ? timeoutMs : timeoutMs * WRITE_PATIENCE),
  });
}

/**
 * A file that the control plane makes as it is read, such as the audit: no operation of its description.
 *
 * @param path from `/api/v1` on, with its query
 * @throws ApiProblem, ApiUnreachable
 */
export async function openFile(
  { baseUrl, apiKey }: ApiClientOptions & { apiKey: string },
  path: string,
): Promise<ReadableStream<Uint8Array>> {
  const headers = { authorization: `Bearer ${apiKey}` };
  let response: Response;
  try {
    response = await fetch(`${baseUrl}${path}`, { headers });
  } catch (error) {
    throw new ApiUnreachable('The server cannot be reached', { cause: error });
  }
  if (response.ok && response.body !== null) return response.body;
  // Something in between may have answered, in no JSON.
  const body: unknown = await response.json().catch(() => undefined);
  throw toProblem(response.status, body);
}

async function fetchWithin(request: Request, timeoutMs: number): Promise<Response> {
  const timeout = AbortSignal.timeout(timeoutMs);
  try {
    return await fetch(request, { signal: AbortSignal.any([request.signal, timeout]) });
  } catch (error) {
    if (request.signal.aborted) throw error;
    const reason = timeout.aborted ? `did not answer within ${timeoutMs / 1_000} s` : 'cannot be reached';
    throw new ApiUnreachable(`The server ${reason}`, { cause: error });
  }
}

interface Outcome<Data> {
  data?: Data;
  error?: unknown;
  response: Response;
}

/** The body of an answer. Throws {@link ApiProblem} when the server refuses, {@link ApiUnreachable} when none answers. */
export async function answer<Data>(call: Promise<Outcome<Data>>): Promise<NonNullable<Data>> {
  const { data, error, response } = await call;
  if (!response.ok) throw toProblem(response.status, error);
  if (data === undefined || data === null) throw new ApiUnreachable(`The server's answer has no body`);
  return data;
}

/** The same for operations that answer without a body. */
export async function done(call: Promise<Outcome<unknown>>): Promise<void> {
  const { error, response } = await call;
  if (!response.ok) throw toProblem(response.status, error);
}
