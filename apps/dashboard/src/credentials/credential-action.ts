import { type Credential, type IssuedCredential } from '@restante/api-client';
import { deleteCredential, rotateCredential, setCredentialEnabled } from './credentials.ts';

export interface CredentialAction {
  name: 'Rotate' | 'Disable' | 'Enable' | 'Delete';
  applies: (credential: Credential) => boolean;
  /** What follows from it, beside the connections that it closes. */
  consequence: string;
  /** Resolves with the new secret where there is one. */
  run: (tenant: string, username: string) => Promise<IssuedCredential | null>;
}

export const CREDENTIAL_ACTIONS: CredentialAction[] = [
  {
    name: 'Rotate',
    applies: () => true,
    consequence:
      'A new secret is issued and shown once. The present one stops working now. No session is lost.',
    run: rotateCredential,
  },
  {
    name: 'Disable',
    applies: ({ enabled }) => enabled,
    consequence:
      'Its clients are refused until it is enabled again. Their sessions and queues stay until they expire.',
    run: async (tenant, username) => {
      await setCredentialEnabled(tenant, username, false);
      return null;
    },
  },
  {
    name: 'Enable',
    applies: ({ enabled }) => !enabled,
    consequence: 'Its clients may connect again with the secret they have.',
    run: async (tenant, username) => {
      await setCredentialEnabled(tenant, username, true);
      return null;
    },
  },
  {
    name: 'Delete',
    applies: () => true,
    consequence: 'Its clients can never connect again. Their sessions and queues stay until they expire.',
    run: async (tenant, username) => {
      await deleteCredential(tenant, username);
      return null;
    },
  },
];
