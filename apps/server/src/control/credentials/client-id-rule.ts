export const CLIENT_ID_RULES = ['any', 'exact', 'prefix'] as const;

/**
 * With which client identifiers a credential may be used, so that whoever has one device's secret cannot take over
 * another device's session: `any`; `exact`, the one that is named; `prefix`, all that begin so.
 */
export type ClientIdRule = (typeof CLIENT_ID_RULES)[number];

/** `clientId`: what the rule names; `%u` stands for the user name. */
export function mayUse(
  { clientIdRule, clientId }: { clientIdRule: ClientIdRule; clientId: string },
  clientIdentifier: string,
  username: string,
): boolean {
  const named = clientId.replaceAll('%u', () => username);
  if (clientIdRule === 'exact') return clientIdentifier === named;
  return clientIdRule === 'any' || clientIdentifier.startsWith(named);
}
