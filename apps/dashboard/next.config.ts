import type { NextConfig } from 'next';
import path from 'node:path';

const ROOT = path.join(import.meta.dirname, '../..');
/** The image's: one server, with the files of its packages that it needs and no others. */
const isStandalone = process.env.RESTANTE_DASHBOARD_OUTPUT === 'standalone';

/** The content security policy is each answer's own (src/proxy.ts). */
const config: NextConfig = {
  poweredByHeader: false,
  ...(isStandalone && { output: 'standalone', outputFileTracingRoot: ROOT }),
  turbopack: { root: ROOT },
  headers: async () => [
    {
      source: '/:path*',
      headers: [
        { key: 'X-Content-Type-Options', value: 'nosniff' },
        { key: 'Referrer-Policy', value: 'same-origin' },
      ],
    },
  ],
};

export default config;
