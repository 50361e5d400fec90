import type { Member } from '@restante/api-client';

export type Role = Member['role'];

/** From the least to the most, each in words. */
export const ROLES: { name: Role; may: string }[] = [
  {
    name: 'viewer',
    may: 'Looks: sessions and queues with their messages, the ledger, credentials and policies, but no secret. Changes nothing.',
  },
  {
    name: 'operator',
    may: 'As a viewer, and runs it day by day: disconnects, purges and deletes sessions, queues dead letters again, publishes, issues and rotates credentials.',
  },
  {
    name: 'owner',
    may: 'As an operator, and decides: policies, the tenant itself, members, API keys, webhooks, and the audit.',
  },
];
