import { answer, ApiProblem, done } from '@restante/api-client';
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

/** Who is logged in; null: nobody is, which is no reason to leave the page. */
export const loggedInQuery = queryOptions({
  queryKey: ['logged-in'],
  queryFn: async ({ signal }) => {
    try {
      return await answer(api.GET('/api/v1/me', { signal }));
    } catch (error) {
      if (error instanceof ApiProblem && error.code === 'not-authenticated') return null;
      throw error;
    }
  },
});

/** Name and password: of a person who is not known yet. */
export function acceptInvitation(body: { token: string; name?: string; password?: string }): Promise<void> {
  return done(api.POST('/api/v1/invitations/accept', { body }));
}
