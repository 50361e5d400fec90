import type { AccessRule, ChangedCredential, Credential } from '@restante/api-client';

/** A credential as a form has it. */
export interface CredentialDraft {
  label: string;
  /** '': the tenant's default. */
  policy: string;
  rule: 'any' | 'exact' | 'prefix';
  clientId: string;
  /** As `datetime-local` has it, in the reader's zone; '': never. */
  expiresAt: string;
  loginMethods: ('secret' | 'certificate' | 'token')[];
  /** SHA-256, hexadecimal, of the only certificates that it takes; none: any that names it. */
  fingerprints: string[];
  roles: string[];
  rules: AccessRule[];
}

export const NEW_CREDENTIAL: CredentialDraft = {
  label: '',
  policy: '',
  rule: 'any',
  clientId: '%u',
  expiresAt: '',
  loginMethods: ['secret'],
  fingerprints: [],
  roles: [],
  rules: [],
};

export function draftOf(credential: Credential): CredentialDraft {
  const { label, policy, clientId, expiresAt, loginMethods, certificateFingerprints, roles, acl } =
    credential;
  return {
    label,
    policy: policy ?? '',
    rule: clientId.rule,
    clientId: clientId.value ?? '',
    expiresAt: expiresAt === null ? '' : toLocalMinute(new Date(expiresAt)),
    loginMethods,
    fingerprints: certificateFingerprints,
    roles,
    rules: acl ?? [],
  };
}

/** "2026-12-31T09:30", in the reader's zone. */
function toLocalMinute(time: Date): string {
  return new Date(time.getTime() - time.getTimezoneOffset() * 60_000).toISOString().slice(0, 16);
}

export function toBody(draft: CredentialDraft): ChangedCredential {
  const { label, policy, rule, clientId, expiresAt, loginMethods, fingerprints, roles, rules } = draft;
  return {
    label: label.trim(),
    policy: policy === '' ? null : policy,
    clientId: rule === 'any' ? { rule } : { rule, value: clientId },
    expiresAt: expiresAt === '' ? null : new Date(expiresAt).toISOString(),
    loginMethods,
    certificateFingerprints: fingerprints,
    roles,
    acl: rules.length === 0 ? null : rules,
  };
}

/** What differs from the credential: only that is sent, since what binds clients closes their connections. */
export function changesOf(draft: CredentialDraft, credential: Credential): ChangedCredential {
  const before: Record<string, unknown> = { ...toBody(draftOf(credential)) };
  const differs = ([field, value]: [string, unknown]) =>
    JSON.stringify(value) !== JSON.stringify(before[field]);
  return Object.fromEntries(Object.entries(toBody(draft)).filter(differs));
}
