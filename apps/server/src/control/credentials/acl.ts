import { RecentlyUsed } from '@restante/broker';
import { matches } from '@restante/mqtt-codec';

export interface AclRule {
  effect: 'allow' | 'deny';
  action: 'publish' | 'subscribe' | 'all';
  /** `%c` stands for the client identifier, `%u` for the user name. */
  topicFilter: string;
}

type Action = 'publish' | 'subscribe';

/** Topics, with what was decided of them. */
const MAX_REMEMBERED = 1_000;

/**
 * Decides by a credential's rules: the first that matches counts, and what none matches is allowed within the
 * tenant. A subscription is covered by a rule when all topics it could bring are. Decisions are remembered.
 */
export function authorizerOf(rules: AclRule[], username: string) {
  const isByClient = rules.some(({ topicFilter }) => topicFilter.includes('%c'));
  const decided = new RecentlyUsed<string, Partial<Record<Action, boolean>>>(MAX_REMEMBERED / 2);
  return (action: Action, topic: string, clientIdentifier: string): boolean => {
    // Neither of the two may hold U+0000 [MQTT-1.5.4-2].
    const key = isByClient ? `${clientIdentifier}\0${topic}` : topic;
    let decisions = decided.get(key);
    if (decisions === undefined) decided.set(key, (decisions = {}));
    return (decisions[action] ??= isAllowed(action, topic, clientIdentifier));
  };

  function isAllowed(action: Action, topic: string, clientIdentifier: string): boolean {
    const rule = rules.find((each) => isAbout(each, action, topic, clientIdentifier, username));
    return rule?.effect !== 'deny';
  }
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
