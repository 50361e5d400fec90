import { pageAfterLogin } from './login-address.ts';

describe('the page after the login', () => {
  it('is the one that asked for it', () => {
    expect(pageAfterLogin('/tenants/acme/sessions?state=online')).toBe('/tenants/acme/sessions?state=online');
  });

  it.each([
    undefined,
    '',
    'https://example.org/',
    '//example.org',
    String.raw`/\example.org`,
    'javascript:alert(1)',
  ])('is never %p, which leads elsewhere', (next) => expect(pageAfterLogin(next)).toBe('/tenants'));
});
