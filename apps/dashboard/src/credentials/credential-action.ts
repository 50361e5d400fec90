import type { Credential } from '@restante/api-client';
import { deleteCredential, updateCredential } from './credentials.ts';

export interface CredentialAction {
  name: 'Disable' | 'Enable' | 'Delete';
  applies: (credential: Credential) => boolean;
  /** What follows from it, beside the connections that it closes. */
  consequence: string;
  run: (tenant: string, username: string) => Promise<unknown>;
}

export const CREDENTIAL_ACTIONS: CredentialAction[] = [
  {
    name: 'Disable',
    applies: ({ enabled }) => enabled,
    consequence:
      'Its clients are refused until it is enabled again. Their sessions and queues stay until they expire.',
    run: (tenant, username) => updateCredential(tenant, username, { enabled: false }),
  },
  {
    name: 'Enable',
    applies: ({ enabled }) => !enabled,
    consequence: 'Its clients may connect again with the secret they have.',
    run: (tenant, username) => updateCredential(tenant, username, { enabled: true }),
  },
  {
    name: 'Delete',
    applies: () => true,
    consequence: 'Its clients can never connect again. Their sessions and queues stay until they expire.',
    run: deleteCredential,
  },
];
