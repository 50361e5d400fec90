/** Page of a session. A client identifier may hold any character, "/" included. */
export function sessionAddress(tenant: string, clientId: string): string {
  return `/tenants/${tenant}/sessions/${encodeURIComponent(clientId)}`;
}
