const SLUG = /^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/;

const RULE = 'Lower-case letters, digits and inner hyphens, at most 63';

/** Why `text` cannot be a tenant's slug; undefined: it can. */
export function slugError(text: string): string | undefined {
  if (SLUG.test(text)) return undefined;
  return text === '' ? 'A tenant needs a slug' : RULE;
}
