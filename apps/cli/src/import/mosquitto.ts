import {
  type Brought,
  type BroughtDevice,
  hasPlaceholder,
  NOTHING_ELSE,
  type Remark,
  type Rule,
} from './brought.ts';

interface File {
  /** For people. */
  name: string;
  text: string;
}

/**
 * Reads a password file (`mosquitto_passwd`) and, where there is one, a file of access rules (`acl_file` in
 * mosquitto.conf(5)).
 */
export function readMosquitto(passwords: File, acl: File | null): Brought {
  const remarks: Remark[] = [];
  const devices = readPasswords(passwords, remarks);
  if (acl === null) return { devices, sharedRules: null, remarks };
  const rules = readRules(acl, remarks);
  for (const device of devices) device.rules = inOrder(rules.users.get(device.username)?.rules ?? []);
  const known = new Set(devices.map(({ username }) => username));
  for (const [username, { line }] of rules.users)
    if (!known.has(username))
      remarks.push({ file: acl.name, line, text: `"${username}" has no password in ${passwords.name}` });
  return { devices, sharedRules: [...inOrder(rules.patterns), ...NOTHING_ELSE], remarks };
}

function readPasswords({ name, text }: File, remarks: Remark[]): BroughtDevice[] {
  const devices: BroughtDevice[] = [];
  for (const { line, content } of linesOf(text)) {
    const colon = content.indexOf(':');
    const passwordHash = colon < 1 ? null : hashOf(content.slice(colon + 1));
    if (passwordHash !== null)
      devices.push({ file: name, line, username: content.slice(0, colon), passwordHash, rules: [] });
    else
      remarks.push({
        file: name,
        line,
        text: 'It is not <user name>:<hash>; mosquitto_passwd -U makes hashes',
      });
  }
  return devices;
}

/** null: it is none of Mosquitto's. */
function hashOf(text: string): string | null {
  const [, kind, ...rest] = text.split('$');
  if (kind === '7' && rest.length === 3) return `$pbkdf2-sha512$i=${rest[0]}$${rest[1]}$${rest[2]}`;
  if (kind === '6' && rest.length === 2) return `$sha512$salt=suffix$${rest[0]}$${rest[1]}`;
  return kind?.startsWith('argon2') ? text : null;
}

interface Rules {
  users: Map<string, { line: number; rules: Rule[] }>;
  patterns: Rule[];
}

function readRules({ name, text }: File, remarks: Remark[]): Rules {
  const users: Rules['users'] = new Map();
  const patterns: Rule[] = [];
  let user: { line: number; rules: Rule[] } | null = null;
  for (const { line, content } of linesOf(text)) {
    const remark = (told: string) => remarks.push({ file: name, line, text: told });
    const [, keyword, rest] = /^(\S+)\s+(.*)$/.exec(content) ?? [];
    if (keyword === 'user') {
      user = users.get(rest) ?? { line, rules: [] };
      users.set(rest, user);
    } else if (keyword === 'topic') {
      const rule = ruleOf(rest);
      if (user === null) remark('A rule for clients without a user name: every client here has one');
      else if (hasPlaceholder(rule.topicFilter))
        remark('%c and %u stand for themselves in a topic line, which cannot be said here');
      else user.rules.push(rule);
    } else if (keyword === 'pattern') {
      patterns.push(ruleOf(rest));
    } else {
      remark('It is none of user, topic and pattern');
    }
  }
  return { users, patterns };
}

function ruleOf(text: string): Rule {
  const [, access = 'readwrite', topicFilter] = /^(?:(read|write|readwrite|deny)\s+)?(.*)$/.exec(text)!;
  const action = access === 'read' ? 'subscribe' : access === 'write' ? 'publish' : 'all';
  return { effect: access === 'deny' ? 'deny' : 'allow', action, topicFilter };
}

/** Mosquitto asks all that deny before those that allow. */
function inOrder(rules: Rule[]): Rule[] {
  const denies = ({ effect }: Rule) => effect === 'deny';
  return [...rules.filter(denies), ...rules.filter((rule) => !denies(rule))];
}

function linesOf(text: string): { line: number; content: string }[] {
  return text
    .split('\n')
    .map((content, index) => ({ line: index + 1, content: content.replace(/\r$/, '').trimStart() }))
    .filter(({ content }) => content.trim() !== '' && !content.startsWith('#'));
}
