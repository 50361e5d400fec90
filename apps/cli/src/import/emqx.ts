import { parse } from 'csv-parse/sync';
import { createHash } from 'node:crypto';
import {
  base64,
  type Brought,
  type BroughtDevice,
  hasPlaceholder,
  NOTHING_ELSE,
  type Remark,
  type Rule,
} from './brought.ts';

export const ALGORITHMS = ['plain', 'md5', 'sha', 'sha256', 'sha512', 'bcrypt', 'pbkdf2'] as const;
export const SALT_POSITIONS = ['prefix', 'suffix', 'disable'] as const;
export const MAC_FUNCTIONS = ['md5', 'sha', 'sha256', 'sha512'] as const;

/** How EMQX's configuration says that passwords are hashed; the exported users do not say it. */
export interface EmqxHashing {
  algorithm: (typeof ALGORITHMS)[number];
  saltPosition: (typeof SALT_POSITIONS)[number];
  /** Of PBKDF2. */
  macFunction: (typeof MAC_FUNCTIONS)[number];
  iterations: number;
}

interface File {
  /** For people. */
  name: string;
  text: string;
}

interface Fields {
  [field: string]: unknown;
}

/**
 * Reads users as the built-in database takes and exports them (CSV or JSON: user_id, password_hash, salt, is_superuser),
 * and rules as `GET /api/v5/authorization/sources/built_in_database/rules/users` (also `/clients`, `/all`) answers.
 *
 * @param otherwise what EMQX does where no rule is about something (`authorization.no_match`)
 */
export function readEmqx(
  users: File,
  rules: File[],
  hashing: EmqxHashing,
  otherwise: 'allow' | 'deny',
): Brought {
  const remarks: Remark[] = [];
  const devices = readUsers(users, hashing, remarks);
  const shared: Rule[] = [];
  const byUser = new Map(devices.map((device) => [device.username, device]));
  for (const file of rules) readRules(file, byUser, shared, remarks);
  if (otherwise === 'deny') shared.push(...NOTHING_ELSE);
  return { devices, sharedRules: shared.length > 0 ? shared : null, remarks };
}

function readUsers({ name, text }: File, hashing: EmqxHashing, remarks: Remark[]): BroughtDevice[] {
  const devices: BroughtDevice[] = [];
  for (const { line, fields } of recordsOf({ name, text })) {
    const { user_id: username, password_hash: hash, salt, is_superuser: isSuperuser } = fields;
    const passwordHash = typeof hash === 'string' ? hashOf(hash, String(salt ?? ''), hashing) : null;
    if (typeof username !== 'string' || username === '' || passwordHash === null) {
      remarks.push({ file: name, line, text: 'It has no user_id, or no password_hash' });
      continue;
    }
    const device: BroughtDevice = { file: name, line, username, passwordHash, rules: [] };
    if (String(isSuperuser) === 'true') {
      device.rules = NOTHING_ELSE.map((rule) => ({ ...rule, effect: 'allow' }));
      remarks.push({
        file: name,
        line,
        text: `"${username}" was a superuser: it gets rules that allow everything`,
      });
    }
    devices.push(device);
  }
  return devices;
}

/** EMQX writes hashes in hexadecimal; its salts are what they are, byte by byte. */
function hashOf(
  hash: string,
  salt: string,
  { algorithm, saltPosition, ...pbkdf2 }: EmqxHashing,
): string | null {
  if (hash === '') return null;
  if (algorithm === 'bcrypt') return hash;
  if (algorithm === 'plain')
    return `$sha256$salt=none$$${createHash('sha256').update(hash).digest('base64')}`;
  const [saltText, hashText] = [base64(salt, 'utf8'), base64(hash, 'hex')];
  if (algorithm === 'pbkdf2')
    return `$pbkdf2-${nameOf(pbkdf2.macFunction)}$i=${pbkdf2.iterations}$${saltText}$${hashText}`;
  return saltPosition === 'disable'
    ? `$${nameOf(algorithm)}$salt=none$$${hashText}`
    : `$${nameOf(algorithm)}$salt=${saltPosition}$${saltText}$${hashText}`;
}

function nameOf(digest: 'md5' | 'sha' | 'sha256' | 'sha512'): string {
  return digest === 'sha' ? 'sha1' : digest;
}

function readRules(
  file: File,
  byUser: ReadonlyMap<string, BroughtDevice>,
  shared: Rule[],
  remarks: Remark[],
): void {
  for (const { line, fields } of recordsOf(file)) {
    const remark = (text: string) => remarks.push({ file: file.name, line, text });
    const { username, clientid: clientId, rules } = fields;
    const device = byUser.get(String(username));
    if (clientId !== undefined)
      remark(`Rules for the client identifier "${clientId}": rules here are of user names`);
    else if (username !== undefined && device === undefined) remark(`There is no user "${username}"`);
    else
      for (const [index, given] of (Array.isArray(rules) ? (rules as Fields[]) : []).entries()) {
        const rule = ruleOf(given);
        if (typeof rule === 'string') remark(`Rule ${index + 1}: ${rule}`);
        else (device?.rules ?? shared).push(rule);
      }
  }
}

/** A string: why it cannot be carried over. */
function ruleOf({ topic, permission, action, qos, retain, ...others }: Fields): Rule | string {
  const unknown = Object.keys(others);
  if (unknown.length > 0) return `"${unknown.join('", "')}" cannot be said here`;
  if (permission !== 'allow' && permission !== 'deny') return 'its permission is neither allow nor deny';
  if (action !== 'publish' && action !== 'subscribe' && action !== 'all')
    return 'its action is none of publish, subscribe and all';
  const topicFilter = filterOf(String(topic));
  if (topicFilter === null) return `the topic "${String(topic)}" cannot be said here`;
  const maxQoS = maxQoSOf(qos);
  if (maxQoS === null || (permission === 'deny' && maxQoS !== 2)) return 'its QoS cannot be said here';
  const isForAll = retain === undefined || retain === 'all';
  if (!isForAll && (permission === 'deny' || String(retain) !== 'false'))
    return 'what it says of retained messages cannot be said here';
  return {
    ...{ effect: permission, action, topicFilter },
    ...(maxQoS === 2 ? {} : { maxQoS }),
    ...(isForAll ? {} : { retain: false }),
  };
}

/** null: it has what means something else here. */
function filterOf(topic: string): string | null {
  const literal = topic.startsWith('eq ');
  const filter = literal ? topic.slice(3) : topic;
  if (hasPlaceholder(filter) || (literal && /[+#]/.test(filter))) return null;
  const ours = filter.replaceAll('${username}', '%u').replaceAll('${clientid}', '%c');
  return ours.includes('${') ? null : ours;
}

/** null: it is not all up to some QoS. */
function maxQoSOf(qos: unknown): 0 | 1 | 2 | null {
  if (qos === undefined || qos === 'all') return 2;
  const text = [qos].flat().map(Number).sort().join();
  return ({ '0': 0, '0,1': 1, '0,1,2': 2 } as const)[text] ?? null;
}

/** A line of CSV, or an item of a JSON list, which is counted as one. */
function recordsOf({ name, text }: File): { line: number; fields: Fields }[] {
  if (/^\s*[[{]/.test(text)) {
    const value = JSON.parse(text) as Fields[] | { data?: Fields[] } | Fields;
    const list = Array.isArray(value) ? value : 'data' in value ? value.data : [value];
    if (!Array.isArray(list)) throw new Error(`${name} is no list of EMQX's`);
    return list.map((fields, index) => ({ line: index + 1, fields }));
  }
  const records = parse(text, { columns: true, info: true, bom: true, skip_empty_lines: true, trim: true });
  return (records as unknown as { record: Fields; info: { lines: number } }[]).map(({ record, info }) => ({
    line: info.lines,
    fields: record,
  }));
}
