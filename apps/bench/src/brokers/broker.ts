import type { Endpoint } from '../generator/plans.ts';
import type { Protocol } from '../generator/templates.ts';

/** A broker under measurement: one instance, from empty data to its end. */
export interface Broker {
  /** Of the process that talks to the clients; undefined: it was not started. */
  readonly pid: number | undefined;
  /** Starts it (again) on what it has; resolves with where it listens. @throws Error when it does not come up */
  start(): Promise<Endpoint>;
  /** SIGKILL, to all processes that the broker consists of. Resolves when they are gone. */
  kill9(): Promise<void>;
  /** Ends all of it and removes its data; fine at any time, also while it starts. */
  dispose(): Promise<void>;
}

/** A kind of broker that can be measured. */
export interface BrokerKind {
  name: string;
  /** What its acknowledgement means, in a few words. */
  keeps: string;
  protocols: readonly Protocol[];
  /** Its version; null: it is not installed here. */
  version(): string | null;
  /** @param directory of its own, which `dispose` removes */
  create(directory: string): Broker;
}
