import { createHmac } from 'node:crypto';

/** Of the Standard Webhooks specification (standard-webhooks.md, "Symmetric"). */
export const SECRET_PREFIX = 'whsec_';

/**
 * The headers that let a receiver know that a body is ours, complete, and not an old one sent again by somebody else.
 *
 * @param secrets `whsec_<base64>`; during a rotation there are two, and either is enough for the receiver
 * @param now milliseconds since the epoch
 */
export function signedHeaders(
  id: string,
  body: string,
  secrets: string[],
  now: number,
): Record<string, string> {
  const timestamp = String(Math.floor(now / 1_000));
  const signatures = secrets.map((secret) => {
    const key = Buffer.from(secret.slice(SECRET_PREFIX.length), 'base64');
    return `v1,${createHmac('sha256', key).update(`${id}.${timestamp}.${body}`).digest('base64')}`;
  });
  return {
    'webhook-id': id,
    'webhook-timestamp': timestamp,
    'webhook-signature': signatures.join(' '),
  };
}
