'use client';

import { useQuery } from '@tanstack/react-query';
import { errorOf } from '@/api/field-errors.ts';
import { RuleEditor } from '@/access/rule-editor.tsx';
import { ruleErrorAt } from '@/access/rule-errors.ts';
import { ChoiceField, TextField } from '@/interface/field.tsx';
import { policiesQuery } from '@/policies/policies.ts';
import type { CredentialDraft } from './credential-draft.ts';
import { LoginMethodTicks } from './login-method-ticks.tsx';
import { PinnedCertificates } from './pinned-certificates.tsx';
import { RolePicker } from './role-picker.tsx';

interface CredentialFieldsProps {
  tenant: string;
  draft: CredentialDraft;
  error: Error | null;
  onChange: (part: Partial<CredentialDraft>) => void;
}

const CLIENT_ID_HINTS = {
  any: 'Whoever has the secret can take over any session of this credential',
  exact: 'The only one; %u stands for the user name',
  prefix: 'What it begins with; %u stands for the user name',
};

/** Fields that are told at their place; what stands in them is checked by the server. */
export const CREDENTIAL_FIELDS = [
  'label',
  'policy',
  'clientId.value',
  'expiresAt',
  'loginMethods',
  'certificateFingerprints',
];

/** Everything of a credential that can be changed. */
export function CredentialFields({ tenant, draft, error, onChange }: CredentialFieldsProps) {
  const { data: policies } = useQuery(policiesQuery(tenant));
  const defaultPolicy = policies?.items.find(({ isDefault }) => isDefault)?.name;
  const { label, policy, rule, clientId, expiresAt, loginMethods, fingerprints, roles, rules } = draft;
  return (
    <>
      <div className="grid max-w-5xl gap-x-4 gap-y-2 sm:grid-cols-2 lg:grid-cols-3">
        <TextField
          label="Label"
          hint="For people; may stay empty"
          error={errorOf(error, 'label')}
          value={label}
          onChange={({ target }) => onChange({ label: target.value })}
          maxLength={200}
          autoComplete="off"
        />
        <ChoiceField
          label="Policy"
          hint="The limits of its sessions"
          error={errorOf(error, 'policy')}
          value={policy}
          onChange={({ target }) => onChange({ policy: target.value })}
        >
          <option value="">
            {defaultPolicy === undefined ? 'the default' : `the default (${defaultPolicy})`}
          </option>
          {policies?.items.map(({ name }) => (
            <option key={name}>{name}</option>
          ))}
        </ChoiceField>
        <TextField
          label="Expires"
          hint="From then on nobody is connected with it; empty: never"
          error={errorOf(error, 'expiresAt')}
          type="datetime-local"
          value={expiresAt}
          onChange={({ target }) => onChange({ expiresAt: target.value })}
        />
        <ChoiceField
          label="Client identifiers"
          hint={CLIENT_ID_HINTS[rule]}
          value={rule}
          onChange={({ target }) => onChange({ rule: target.value as CredentialDraft['rule'] })}
        >
          <option value="any">any</option>
          <option value="exact">exactly one</option>
          <option value="prefix">all that begin with</option>
        </ChoiceField>
        {rule !== 'any' && (
          <TextField
            label={rule === 'exact' ? 'Client identifier' : 'Begins with'}
            error={errorOf(error, 'clientId.value')}
            value={clientId}
            onChange={({ target }) => onChange({ clientId: target.value })}
            className="font-mono"
            autoComplete="off"
            spellCheck={false}
          />
        )}
        <LoginMethodTicks
          chosen={loginMethods}
          error={errorOf(error, 'loginMethods')}
          onChange={(chosen) => onChange({ loginMethods: chosen })}
        />
        {loginMethods.includes('certificate') && (
          <PinnedCertificates
            fingerprints={fingerprints}
            error={errorOf(error, 'certificateFingerprints')}
            onChange={(changed) => onChange({ fingerprints: changed })}
          />
        )}
      </div>
      <RolePicker tenant={tenant} chosen={roles} onChange={(chosen) => onChange({ roles: chosen })} />
      <fieldset>
        <legend className="mb-1 text-[13px] font-medium">Its own access rules</legend>
        <RuleEditor
          rules={rules}
          errorAt={(index) => ruleErrorAt(error, 'acl', index)}
          onChange={(changed) => onChange({ rules: changed })}
        />
      </fieldset>
    </>
  );
}
