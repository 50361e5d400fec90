import type { NestFastifyApplication } from '@nestjs/platform-fastify';

const DOCS = '/api/docs';
const NOTHING = "default-src 'none'; frame-ancestors 'none'";
/** The page that shows the description writes scripts and styles into itself. */
const OWN_PAGE =
  "default-src 'self'; script-src 'self' 'unsafe-inline'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; " +
  "frame-ancestors 'none'";

/** What browsers may do with answers: not show them in another site, not guess their type, not keep them for others. */
export function secureAnswers(app: NestFastifyApplication): void {
  app
    .getHttpAdapter()
    .getInstance()
    .addHook('onRequest', async ({ url }, reply) => {
      void reply.headers({
        'content-security-policy': url.startsWith(DOCS) ? OWN_PAGE : NOTHING,
        'x-content-type-options': 'nosniff',
        'x-frame-options': 'DENY',
        'referrer-policy': 'no-referrer',
        // It may be asked whether what was kept is still true, by its tag.
        'cache-control': 'private, no-cache',
      });
    });
}
