import type { TokenIssuer } from '@restante/api-client';

/** Whether its tokens let anybody in. */
export function IssuerState({ issuer: { isEnabled } }: { issuer: TokenIssuer }) {
  return isEnabled ? (
    <span className="text-online">enabled</span>
  ) : (
    <span className="text-warning">disabled</span>
  );
}
