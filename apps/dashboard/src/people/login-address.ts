/** Where to go after the login: a page of this dashboard, whatever somebody wrote into the address. */
export function pageAfterLogin(next: string | string[] | undefined): string {
  return typeof next === 'string' && /^\/(?![/\\])/.test(next) ? next : '/tenants';
}

/** The login page, which leads back to the page one is on. A full load, so that nothing read with the old login remains. */
export function goToLogin(): void {
  const { pathname, search } = window.location;
  if (pathname === '/login') return;
  window.location.assign(`/login?next=${encodeURIComponent(pathname + search)}`);
}
