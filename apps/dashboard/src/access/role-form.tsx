'use client';

import type { AccessRole, AccessRule } from '@restante/api-client';
import { useState } from 'react';
import { errorOf, otherErrors } from '@/api/field-errors.ts';
import { useChange } from '@/api/use-change.ts';
import { FormFrame } from '@/interface/form-frame.tsx';
import { NameField } from '@/interface/name-field.tsx';
import { createRole, updateRole } from './access.ts';
import { RuleEditor } from './rule-editor.tsx';
import { ruleErrorAt, ruleFields } from './rule-errors.ts';

interface RoleFormProps {
  tenant: string;
  /** To change; undefined: a new one. */
  role?: AccessRole;
  onEnd: () => void;
}

const FIRST: AccessRule[] = [{ effect: 'allow', action: 'all', topicFilter: '' }];

export function RoleForm({ tenant, role, onEnd }: RoleFormProps) {
  const [name, setName] = useState(role?.name ?? '');
  const [rules, setRules] = useState(role?.rules ?? FIRST);
  const saving = useChange({
    run: () => (role === undefined ? createRole : updateRole)(tenant, name, rules),
    stale: [['roles', tenant]],
    onDone: onEnd,
  });
  return (
    <FormFrame
      action={role === undefined ? 'Create role' : 'Save role'}
      isReady={name !== ''}
      isPending={saving.isPending}
      error={otherErrors(saving.error, ['name', ...ruleFields('rules', rules)])}
      onSubmit={() => saving.mutate()}
      onCancel={onEnd}
      note={role === undefined ? undefined : 'In force at once, for whoever is connected too.'}
      className="py-3"
    >
      {role === undefined && (
        <NameField
          label="Name of the role"
          value={name}
          error={errorOf(saving.error, 'name')}
          onChange={(changed) => {
            setName(changed);
            saving.reset();
          }}
        />
      )}
      <RuleEditor
        rules={rules}
        errorAt={(index) => ruleErrorAt(saving.error, 'rules', index)}
        onChange={(changed) => {
          setRules(changed);
          saving.reset();
        }}
      />
    </FormFrame>
  );
}
