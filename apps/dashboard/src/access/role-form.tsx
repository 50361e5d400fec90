'use client';

import { type AccessRole, type AccessRule } from '@restante/api-client';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { errorOf, otherErrors } from '@/api/field-errors.ts';
import { Button } from '@/interface/button.tsx';
import { FailureNote } from '@/interface/failure-note.tsx';
import { TextField } from '@/interface/field.tsx';
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
  const queries = useQueryClient();
  const saving = useMutation({
    mutationFn: () => (role === undefined ? createRole : updateRole)(tenant, name, rules),
    onSuccess: async () => {
      await queries.invalidateQueries({ queryKey: ['roles', tenant] });
      onEnd();
    },
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (name !== '') saving.mutate();
  };
  const verb = role === undefined ? 'Create role' : 'Save role';
  return (
    <form onSubmit={submit} noValidate aria-label={verb} className="flex flex-col gap-3 py-3">
      {role === undefined && (
        <div className="max-w-sm">
          <TextField
            label="Name of the role"
            hint="Lower-case letters, digits and hyphens"
            error={errorOf(saving.error, 'name')}
            value={name}
            onChange={({ target }) => {
              setName(target.value);
              saving.reset();
            }}
            className="font-mono"
            maxLength={63}
            autoComplete="off"
            spellCheck={false}
            autoFocus
          />
        </div>
      )}
      <RuleEditor
        rules={rules}
        errorAt={(index) => ruleErrorAt(saving.error, 'rules', index)}
        onChange={(changed) => {
          setRules(changed);
          saving.reset();
        }}
      />
      <FailureNote error={otherErrors(saving.error, ['name', ...ruleFields('rules', rules)])} />
      <div className="flex flex-wrap items-center gap-2">
        <Button type="submit" look="ink" disabled={saving.isPending || name === ''}>
          {verb}
        </Button>
        <Button onClick={onEnd}>Cancel</Button>
        {role !== undefined && (
          <p className="text-xs text-quiet">In force at once, for whoever is connected too.</p>
        )}
      </div>
    </form>
  );
}
