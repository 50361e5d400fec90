/** What `after` and `next` of a list hold: where a page ends, in a form that nobody is tempted to make up. */
export function encodeToken(position: readonly unknown[]): string {
  return Buffer.from(JSON.stringify(position)).toString('base64url');
}

/** @returns nothing for what is no such thing */
export function decodeToken(token: string): unknown[] {
  try {
    const position: unknown = JSON.parse(Buffer.from(token, 'base64url').toString());
    return Array.isArray(position) ? position : [];
  } catch {
    return [];
  }
}
