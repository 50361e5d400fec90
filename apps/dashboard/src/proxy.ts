import { createHash, randomBytes } from 'node:crypto';
import { type NextRequest, NextResponse } from 'next/server';
import { serverUrl } from '@/api/server-url.ts';
import { THEME_SCRIPT } from '@/interface/theme-script.ts';

const isDevelopment = process.env.NODE_ENV === 'development';
const THEME_HASH = createHash('sha256').update(THEME_SCRIPT).digest('base64');

/**
 * Nothing is loaded from elsewhere, and no script runs that this answer did not name: Next's inline data carries the
 * nonce, which it finds in the request's header. Its development server evaluates code. Styles may be inline: charts
 * and lists set positions by them.
 */
function contentSecurityPolicy(nonce: string): string {
  return [
    "default-src 'self'",
    `script-src 'nonce-${nonce}' 'sha256-${THEME_HASH}' 'strict-dynamic'${isDevelopment ? " 'unsafe-eval'" : ''}`,
    "style-src 'self' 'unsafe-inline'",
    "img-src 'self' data: blob:",
    "object-src 'none'",
    "frame-ancestors 'none'",
    "base-uri 'none'",
    "form-action 'self'",
  ].join('; ');
}

/** Live values, and MQTT, come over WebSockets, which no route of Next's can answer: their upgrades are handed on as they are. */
const WEB_SOCKETS = ['/graphql', '/mqtt'];

export function proxy(request: NextRequest): NextResponse {
  const { pathname } = request.nextUrl;
  if (WEB_SOCKETS.includes(pathname)) return NextResponse.rewrite(new URL(pathname, serverUrl()));
  const policy = contentSecurityPolicy(randomBytes(16).toString('base64'));
  const headers = new Headers(request.headers);
  headers.set('Content-Security-Policy', policy);
  const response = NextResponse.next({ request: { headers } });
  response.headers.set('Content-Security-Policy', policy);
  return response;
}

/** Pages alone: what lies behind /api has its own headers, and files are not documents. */
export const config = { matcher: ['/((?!api/|_next/|icon.svg).*)'] };
