import { type Permit, RecentlyUsed } from '@restante/broker';
import { matches, type QoS } from '@restante/mqtt-codec';

export interface AclRule {
  effect: 'allow' | 'deny';
  action: 'publish' | 'subscribe' | 'all';
  /** `%c` stands for the client identifier, `%u` for the user name. */
  topicFilter: string;
  /** Of an `allow`: publishes with more are refused, subscriptions are granted no more. Default 2. */
  maxQoS?: QoS | undefined;
  /** Of an `allow`: whether what is published may be retained. Default true. */
  retain?: boolean | undefined;
}

export type Action = 'publish' | 'subscribe';

/** Rules that stand together, in their order: a credential's own, or those of a role. */
export interface RuleList {
  /** The role's name; null: the credential's own. */
  role: string | null;
  rules: readonly AclRule[];
}

/** The rules of one tenant that credentials share. What is changed here is in force at once, for live connections too. */
export class TenantRules {
  private roles: ReadonlyMap<string, readonly AclRule[]> = new Map();
  /** What no rule is about. */
  byDefault: 'allow' | 'deny' = 'allow';
  /** Rises with every change. */
  version = 0;

  replace(roles: ReadonlyMap<string, readonly AclRule[]>, byDefault: 'allow' | 'deny'): void {
    this.roles = roles;
    this.byDefault = byDefault;
    this.version++;
  }

  /** In the order in which they are asked: a credential's own, then its roles'. */
  listsOf({ acl, roles }: CredentialRules): RuleList[] {
    return [
      { role: null, rules: acl ?? [] },
      ...roles.map((role) => ({ role, rules: this.roles.get(role) ?? [] })),
    ];
  }
}

export interface CredentialRules {
  username: string;
  acl: readonly AclRule[] | null;
  /** Names of roles. */
  roles: readonly string[];
}

/** What was decided, and by which rule. */
export interface Decision {
  /** null: it is refused. */
  permit: Permit | null;
  /** null: none is about it, the tenant's default decided. */
  rule: { role: string | null; index: number; rule: AclRule } | null;
}

/** Topics, with what was decided of them. */
const MAX_REMEMBERED = 1_000;
const EVERYTHING: Permit = { maxQoS: 2, retain: true };

/**
 * Decides by a credential's rules and those of its roles: the first that is about it counts. A subscription is covered
 * by a rule when all topics it could bring are. Decisions are remembered until the tenant's rules change.
 */
export function authorizerOf(credential: CredentialRules, tenant: TenantRules) {
  const decided = new RecentlyUsed<string, Partial<Record<Action, Permit | null>>>(MAX_REMEMBERED / 2);
  let version = -1;
  let isByClient = false;
  return (action: Action, topic: string, clientIdentifier: string): Permit | null => {
    if (version !== tenant.version) {
      ({ version } = tenant);
      decided.clear();
      isByClient = tenant
        .listsOf(credential)
        .some(({ rules }) => rules.some(({ topicFilter }) => topicFilter.includes('%c')));
    }
    // Neither of the two may hold U+0000 [MQTT-1.5.4-2].
    const key = isByClient ? `${clientIdentifier}\0${topic}` : topic;
    let decisions = decided.get(key);
    if (decisions === undefined) decided.set(key, (decisions = {}));
    const known = decisions[action];
    if (known !== undefined) return known;
    return (decisions[action] = decide(credential, tenant, action, topic, clientIdentifier).permit);
  };
}

export function decide(
  credential: CredentialRules,
  tenant: TenantRules,
  action: Action,
  topic: string,
  clientIdentifier: string,
): Decision {
  for (const { role, rules } of tenant.listsOf(credential)) {
    const index = rules.findIndex((rule) =>
      isAbout(rule, action, topic, clientIdentifier, credential.username),
    );
    if (index >= 0) return { permit: permitOf(rules[index]), rule: { role, index, rule: rules[index] } };
  }
  return { permit: tenant.byDefault === 'allow' ? EVERYTHING : null, rule: null };
}

function permitOf({ effect, maxQoS = 2, retain = true }: AclRule): Permit | null {
  if (effect === 'deny') return null;
  return maxQoS === 2 && retain ? EVERYTHING : { maxQoS, retain };
}

function isAbout(
  { effect, action, topicFilter }: AclRule,
  asked: Action,
  topic: string,
  clientIdentifier: string,
  username: string,
): boolean {
  if (action !== 'all' && action !== asked) return false;
  const filter = expand(topicFilter, clientIdentifier, username);
  // A client that could put wildcards or levels into a rule by its name is not given what the rule allows.
  if (filter === null) return effect === 'deny';
  return asked === 'publish' ? matches(filter, topic) : covers(filter, topic);
}

function expand(topicFilter: string, clientIdentifier: string, username: string): string | null {
  let isSafe = true;
  const insert = (value: string) => {
    isSafe &&= !/[+#/\0]/.test(value) && value !== '';
    return value;
  };
  const filter = topicFilter
    .replaceAll('%c', () => insert(clientIdentifier))
    .replaceAll('%u', () => insert(username));
  return isSafe ? filter : null;
}

/** Whether everything that `asked` (a topic filter or name) matches is matched by `rule` as well. */
export function covers(rule: string, asked: string): boolean {
  const ruleLevels = rule.split('/');
  const askedLevels = asked.split('/');
  for (const [index, level] of ruleLevels.entries()) {
    if (level === '#') return index > 0 || !asked.startsWith('$');
    const wanted = askedLevels[index];
    if (wanted === undefined || wanted === '#') return false;
    if (level === '+' ? index === 0 && wanted.startsWith('$') : level !== wanted) return false;
  }
  return askedLevels.length === ruleLevels.length;
}
