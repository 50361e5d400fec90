import { answer, done, type TwoFactorSetup } from '@restante/api-client';
import { queryOptions } from '@tanstack/react-query';
import { api } from '@/api/client.ts';
import { every, SETTLED_MS } from '@/api/polling.ts';

/** Where one is logged in, the latest first. */
export const loginsQuery = queryOptions({
  queryKey: ['logins'],
  queryFn: ({ signal }) => answer(api.GET('/api/v1/me/logins', { signal })),
  refetchInterval: every(SETTLED_MS),
});

export function endLogin(id: string): Promise<void> {
  return done(api.DELETE('/api/v1/me/logins/{id}', { params: { path: { id } } }));
}

/** All other logins of the person are over then. */
export function changePassword(currentPassword: string, newPassword: string): Promise<void> {
  return done(api.POST('/api/v1/me/password', { body: { currentPassword, newPassword } }));
}

/** In force once it is confirmed with a code. The answer is not repeated. */
export function setUpTwoFactor(password: string): Promise<TwoFactorSetup> {
  return answer(api.POST('/api/v1/me/two-factor', { body: { password } }));
}

export function confirmTwoFactor(code: string): Promise<void> {
  return done(api.POST('/api/v1/me/two-factor/confirm', { body: { code } }));
}

export function disableTwoFactor(password: string): Promise<void> {
  return done(api.POST('/api/v1/me/two-factor/disable', { body: { password } }));
}
