import type { NextRequest } from 'next/server';
import { serverUrl } from '@/api/server-url.ts';

/** Of one connection only (RFC 9110 section 7.6.1), or set anew by fetch. */
const NOT_FORWARDED = [
  'connection',
  'keep-alive',
  'transfer-encoding',
  'upgrade',
  'te',
  'trailer',
  'host',
  'content-length',
  'content-encoding',
  'accept-encoding',
  'expect',
];

/**
 * The control plane under the dashboard's own origin, so that the browser's cookie serves for both and nothing has to be
 * allowed across origins.
 */
async function forward(request: NextRequest): Promise<Response> {
  const { pathname, search } = new URL(request.url);
  const headers = forwardable(request.headers);
  headers.set('x-forwarded-host', request.headers.get('host') ?? '');
  try {
    const answer = await fetch(`${serverUrl()}${pathname}${search}`, {
      method: request.method,
      headers,
      body: request.body,
      // A body that is a stream needs it, and TypeScript's DOM library does not know it yet.
      ...{ duplex: 'half' },
      redirect: 'manual',
      cache: 'no-store',
      signal: request.signal,
    });
    return new Response(answer.body, { status: answer.status, headers: forwardable(answer.headers) });
  } catch (error) {
    if (request.signal.aborted) return new Response(null, { status: 499 });
    return unreachable(error);
  }
}

function forwardable(headers: Headers): Headers {
  const kept = new Headers(headers);
  for (const name of NOT_FORWARDED) kept.delete(name);
  return kept;
}

/** A problem detail (RFC 9457), as the control plane itself would send. */
function unreachable(error: unknown): Response {
  const cause = error instanceof Error && error.cause instanceof Error ? error.cause.message : String(error);
  const problem = {
    type: 'about:blank',
    title: 'The server is out of reach',
    status: 502,
    detail: 'The Restante server does not answer',
    code: 'server-unreachable',
    cause,
  };
  return Response.json(problem, { status: 502, headers: { 'content-type': 'application/problem+json' } });
}

export {
  forward as DELETE,
  forward as GET,
  forward as HEAD,
  forward as OPTIONS,
  forward as PATCH,
  forward as POST,
  forward as PUT,
};
