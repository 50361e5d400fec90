import type { FastifyRequest } from 'fastify';

/** Headers by which REST knows who asks, from where. */
const NAMES = ['authorization', 'cookie', 'origin', 'host', 'x-forwarded-host', 'x-forwarded-for'] as const;

/** For a request that is made within this process on behalf of another. */
export function callerHeaders(request: FastifyRequest): Record<string, string> {
  return Object.fromEntries(
    NAMES.flatMap((name) => {
      const value = request.headers[name];
      return value === undefined ? [] : [[name, String(value)]];
    }),
  );
}
