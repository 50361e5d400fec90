import { hash, verify } from '@node-rs/argon2';
import type { PrismaClient } from '@restante/database';
import { betterAuth } from 'better-auth';
import { prismaAdapter } from 'better-auth/adapters/prisma';
import { twoFactor } from 'better-auth/plugins';

/** Where better-auth believes to be: it is never reached from outside, see PeopleService. */
export const AUTH_URL = 'http://restante.internal';

export const LOGINS_A_MINUTE = 10;

/** People's logins: passwords as argon2id (the library's default variant), a login is a row and a cookie. */
export function createAuth(prisma: PrismaClient, secret: string) {
  return betterAuth({
    baseURL: AUTH_URL,
    secret,
    database: prismaAdapter(prisma, { provider: 'postgresql' }),
    emailAndPassword: {
      enabled: true,
      disableSignUp: true,
      password: {
        hash: (password) => hash(password),
        verify: ({ hash: known, password }) => verify(known, password),
      },
    },
    user: {
      modelName: 'person',
      additionalFields: { isPlatformAdmin: { type: 'boolean', input: false, required: false } },
    },
    session: { modelName: 'login', fields: { userId: 'personId' }, expiresIn: 7 * 86_400 },
    account: { modelName: 'account', fields: { userId: 'personId' } },
    verification: { modelName: 'verification' },
    appName: 'Restante',
    plugins: [twoFactor({ issuer: 'Restante' })],
    rateLimit: {
      enabled: true,
      window: 60,
      max: 1_000,
      customRules: { '/sign-in/email': { window: 60, max: LOGINS_A_MINUTE } },
    },
    advanced: {
      cookiePrefix: 'restante',
      useSecureCookies: false,
      defaultCookieAttributes: { httpOnly: true, sameSite: 'lax', path: '/' },
      ipAddress: { ipAddressHeaders: ['x-restante-client'] },
      // Browsers' requests from other sites are refused before they come here (control/access.ts).
      disableCSRFCheck: true,
    },
    telemetry: { enabled: false },
    logger: { disabled: true },
  });
}

export type Auth = ReturnType<typeof createAuth>;
export { hash as hashPassword } from '@node-rs/argon2';
