import type { NewWebhook } from '@restante/api-client';

export type EventName = NewWebhook['events'][number];

/** What a webhook can be told of, in plain words. */
export const EVENTS: { name: EventName; told: string }[] = [
  { name: 'client.connected', told: 'A client has connected.' },
  {
    name: 'client.disconnected',
    told: "A client's connection is over: by itself, by the server, or since the network broke.",
  },
  { name: 'session.expired', told: 'An absent session has run out, and what waited in it is lost.' },
  {
    name: 'message.queued',
    told: 'Messages wait for an absent client; at most once a minute for each client.',
  },
  { name: 'queue.filling', told: 'A queue holds 80 % of what it may.' },
  { name: 'queue.full', told: 'A queue is at its limit: from now on messages are lost or refused.' },
  {
    name: 'quota.reached',
    told: 'A quota of the tenant refuses or slows something down; at most once a minute for each quota.',
  },
  {
    name: 'login.failed',
    told: 'A login was refused; at most once a minute for each user name and address.',
  },
];
