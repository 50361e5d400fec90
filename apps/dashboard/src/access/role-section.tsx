'use client';

import type { AccessRole } from '@restante/api-client';
import { useState } from 'react';
import { Button } from '@/interface/button.tsx';
import { DeleteRole } from './delete-role.tsx';
import { RoleForm } from './role-form.tsx';
import { RuleList } from './rule-list.tsx';

interface RoleSectionProps {
  tenant: string;
  role: AccessRole;
  mayWrite: boolean;
}

/** A role with its rules, and the way to change them. */
export function RoleSection({ tenant, role, mayWrite }: RoleSectionProps) {
  const [doing, setDoing] = useState<'edit' | 'delete'>();
  const end = () => setDoing(undefined);
  return (
    <section data-testid={`role-${role.name}`} className="mb-6">
      <div className="flex min-h-9 items-center justify-between gap-3 border-b border-frame pb-1 text-[13px]">
        <h3 className="font-mono font-medium">{role.name}</h3>
        {mayWrite && doing !== 'edit' && (
          <span className="flex gap-2">
            <Button onClick={() => setDoing('edit')} aria-label={`Edit the role ${role.name}`}>
              Edit
            </Button>
            <Button onClick={() => setDoing('delete')} aria-label={`Delete the role ${role.name}`}>
              Delete
            </Button>
          </span>
        )}
      </div>
      {doing === 'edit' ? (
        <RoleForm tenant={tenant} role={role} onEnd={end} />
      ) : role.rules.length === 0 ? (
        <p className="py-2 text-[13px] text-quiet">No rules: it decides nothing.</p>
      ) : (
        <RuleList label={`Rules of ${role.name}`} rules={role.rules} />
      )}
      {doing === 'delete' && <DeleteRole tenant={tenant} name={role.name} onEnd={end} />}
    </section>
  );
}
