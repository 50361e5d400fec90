import type { components } from '@restante/api-client';

export type Rule = components['schemas']['CreateRole']['rules'][number];

/** A device as another broker knows it. */
export interface BroughtDevice {
  file: string;
  /** Where it stands there, counted from 1. */
  line: number;
  username: string;
  /** As the import operation takes it. */
  passwordHash: string;
  /** Its own access rules, in the order in which they are asked. */
  rules: Rule[];
}

/** What cannot be carried over, or only in part, and why. */
export interface Remark {
  file: string;
  line: number;
  text: string;
}

/** What was read of another broker's files. */
export interface Brought {
  devices: BroughtDevice[];
  /** Of a role that all of them get, asked behind their own; null: none is needed. */
  sharedRules: Rule[] | null;
  remarks: Remark[];
}

/** Where a file has neither a rule for something nor a rule against it. `#` says nothing of topics that begin with `$`. */
export const NOTHING_ELSE: Rule[] = [
  { effect: 'deny', action: 'all', topicFilter: '#' },
  { effect: 'deny', action: 'all', topicFilter: '$SYS/#' },
];

/** As the import operation takes salts and hashes. */
export function base64(bytes: string, encoding: BufferEncoding): string {
  return Buffer.from(bytes, encoding).toString('base64');
}

/** A placeholder of ours that the other broker takes literally. */
export function hasPlaceholder(topicFilter: string): boolean {
  return /%[cu]/.test(topicFilter);
}
