import type { GraphQLError } from 'graphql';
import type { Caller } from '../access.ts';
import type { Granted, LiveService } from '../live/live.service.ts';
import type { Seen } from '../live/look.ts';
import { type SubscriptionName, SUBSCRIPTIONS } from '../live/subscriptions.ts';
import type { Pulled } from '../live/pulled.ts';
import { toGraphqlError } from './graphql-error.ts';
import { knownProblem } from '../problem.filter.ts';
import { validation } from '../validation.ts';

/** What one caller has subscribed to over one socket. */
export class SubscriptionContext {
  private readonly granted = new Set<Granted<unknown>>();

  constructor(
    private readonly live: LiveService,
    private caller: Caller,
    private readonly onFault: (error: Error) => void,
  ) {}

  /** @throws GraphQLError */
  async subscribe(name: string, given: Record<string, unknown>): Promise<Pulled<Seen<unknown>>> {
    try {
      const field = SUBSCRIPTIONS[name as SubscriptionName];
      const metatype = field.arguments;
      const checked: unknown = await validation.transform(withoutNulls(given), { type: 'query', metatype });
      const granted = await field.open(this.live, this.caller, checked as object);
      this.granted.add(granted);
      granted.values.whenEnded(() => this.granted.delete(granted));
      return granted.values;
    } catch (error) {
      throw this.told(error as Error);
    }
  }

  /** Ends the subscriptions that the caller may not have any more. */
  async askAgain(caller: Caller): Promise<void> {
    this.caller = caller;
    for (const granted of this.granted) {
      try {
        await granted.ask(caller);
      } catch (error) {
        // Whether it may stay is not known while the database is away: then nothing new is told anyway.
        if (knownProblem(error)?.status !== 503) granted.values.fail(this.told(error as Error));
      }
    }
  }

  private told(error: Error): GraphQLError {
    const problem = knownProblem(error);
    if (problem !== null) return toGraphqlError(problem);
    this.onFault(error);
    const detail = 'The server failed to answer; its log says why';
    return toGraphqlError({ type: 'about:blank', title: detail, status: 500, detail, code: 'http-500' });
  }
}

/** What GraphQL was given as null was left out, as REST would say it. */
function withoutNulls(given: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(given).filter(([, value]) => value !== null));
}
