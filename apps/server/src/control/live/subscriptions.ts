import type { Caller } from '../access.ts';
import { SessionDetailView } from '../sessions/sessions.dto.ts';
import { OverviewView } from '../tenants/tenants.dto.ts';
import {
  QueueHead,
  SessionChanges,
  TailedMessages,
  WatchMessages,
  WatchQueue,
  WatchSession,
  WatchSessions,
  WatchTenant,
} from './live.dto.ts';
import type { Granted, LiveService } from './live.service.ts';

type Fields = new () => object;

/** A subscription as GraphQL describes it. */
export interface SubscriptionField<Arguments extends object = object> {
  description: string;
  /** Checked as a body is. */
  arguments: new () => Arguments;
  answer: Fields;
  open(live: LiveService, caller: Caller, given: Arguments): Promise<Granted<unknown>>;
}

/** Every subscription, by its name. */
export const SUBSCRIPTIONS = {
  overview: field({
    description: 'The overview of a tenant, when it has changed, about once a second',
    arguments: WatchTenant,
    answer: OverviewView,
    open: (live, caller, given) => live.overview(caller, given),
  }),
  session: field({
    description: 'A session, when it has changed; null: it is no more',
    arguments: WatchSession,
    answer: SessionDetailView,
    open: (live, caller, given) => live.session(caller, given),
  }),
  sessions: field({
    description: 'All sessions of a tenant in pieces, and then, about once a second, those that have changed',
    arguments: WatchSessions,
    answer: SessionChanges,
    open: (live, caller, given) => live.sessions(caller, given),
  }),
  queue: field({
    description: "The head of a session's queue, when it has changed; null: the session is no more",
    arguments: WatchQueue,
    answer: QueueHead,
    open: (live, caller, given) => live.queue(caller, given),
  }),
  messages: field({
    description: 'Messages as they are published; of more than 100 a second the rest is counted',
    arguments: WatchMessages,
    answer: TailedMessages,
    open: (live, caller, given) => live.messages(caller, given),
  }),
};

export type SubscriptionName = keyof typeof SUBSCRIPTIONS;

/** Under `x-restante-subscriptions` of the OpenAPI description, which knows nothing of the kind. */
export interface DescribedSubscription {
  description: string;
  /** Names of schemas. */
  arguments: string;
  answer: string;
}

/** Classes that the description must have for them. */
export const SUBSCRIPTION_MODELS: Fields[] = Object.values(SUBSCRIPTIONS).flatMap((one) => [
  one.arguments,
  one.answer,
]);

export function describeSubscriptions(): Record<string, DescribedSubscription> {
  return Object.fromEntries(
    Object.entries(SUBSCRIPTIONS).map(([name, { description, arguments: given, answer }]) => [
      name,
      { description, arguments: given.name, answer: answer.name },
    ]),
  );
}

/** Lets the fields of the arguments be those of their class. */
function field<Arguments extends object>(one: SubscriptionField<Arguments>): SubscriptionField {
  return one as unknown as SubscriptionField;
}
