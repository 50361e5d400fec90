import { answer, done } from '@restante/api-client';
import { queryOptions } from '@tanstack/react-query';
import { api } from '@/api/client.ts';
import { every } from '@/api/polling.ts';

const ME_MS = 60_000;

/** Who is logged in; fails with `not-authenticated` when nobody is. */
export const meQuery = queryOptions({
  queryKey: ['me'],
  queryFn: ({ signal }) => answer(api.GET('/api/v1/me', { signal })),
  staleTime: ME_MS,
  refetchInterval: every(ME_MS),
});

/** The login is in the cookie that comes back; with a second factor, only half of it. */
export function login(email: string, password: string): Promise<{ twoFactorRequired: boolean }> {
  return answer(api.POST('/api/v1/login', { body: { email, password } }));
}

/** The other half: a code of the authenticator, or a backup code. */
export function loginTwoFactor(code: string): Promise<void> {
  return done(api.POST('/api/v1/login/two-factor', { body: { code } }));
}

export function logout(): Promise<void> {
  return done(api.POST('/api/v1/logout'));
}
