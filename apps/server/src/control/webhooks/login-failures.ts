import type { WebhookTimes } from './times.ts';

/** A login that was refused. */
export interface LoginFailure {
  username: string;
  clientId: string;
  /** Without its port. */
  address: string;
  reasonCode: number;
  reason: string;
}

/** Failures of one kind; null where there were so many kinds that they are told together. */
export type ToldFailures = { [Field in keyof LoginFailure]: LoginFailure[Field] | null } & {
  /** How many, since it was last told. */
  failures: number;
};

/** Who tries names at random is told of as often. */
const MAX_KINDS_A_TENANT = 100;
const OTHERS = '';
const NOTHING = { username: null, clientId: null, address: null, reasonCode: null, reason: null };

interface Kind {
  toldAt: number;
  /** Not yet told. */
  failures: number;
  last: Omit<ToldFailures, 'failures'>;
}

/**
 * Failed logins, told at once and then at most once in a while for each credential and address: a device with a wrong
 * password tries again every second.
 */
export class LoginFailures {
  private readonly kinds = new Map<number, Map<string, Kind>>();

  constructor(
    private readonly tell: (tenantId: number, failures: ToldFailures) => void,
    private readonly times: Pick<WebhookTimes, 'loginFailuresMs'>,
  ) {}

  failed(tenantId: number, failure: LoginFailure): void {
    const now = Date.now();
    let kinds = this.kinds.get(tenantId);
    if (kinds === undefined) this.kinds.set(tenantId, (kinds = new Map()));
    const key = `${failure.address} ${failure.username}`;
    const known = kinds.get(key);
    if (known !== undefined) {
      known.failures++;
      known.last = failure;
    } else if (kinds.size < MAX_KINDS_A_TENANT) {
      kinds.set(key, { toldAt: now, failures: 0, last: failure });
      this.tell(tenantId, { ...failure, failures: 1 });
    } else {
      const others = kinds.get(OTHERS) ?? { toldAt: now, failures: 0, last: NOTHING };
      others.failures++;
      kinds.set(OTHERS, others);
    }
  }

  /** Called about once a second: tells what was not told yet, where it is time. */
  tick(): void {
    const now = Date.now();
    for (const [tenantId, kinds] of this.kinds) {
      for (const [key, kind] of kinds) {
        if (now - kind.toldAt < this.times.loginFailuresMs) continue;
        if (kind.failures > 0) this.tell(tenantId, { ...kind.last, failures: kind.failures });
        if (kind.failures === 0 || key === OTHERS) kinds.delete(key);
        kind.toldAt = now;
        kind.failures = 0;
      }
      if (kinds.size === 0) this.kinds.delete(tenantId);
    }
  }
}
