'use client';

import type { Policy } from '@restante/api-client';
import { useState } from 'react';
import { Button } from '@/interface/button.tsx';
import { PolicyEditor } from './policy-editor.tsx';
import { PolicyQuestion } from './policy-question.tsx';
import { SettingList } from './setting-list.tsx';

interface PolicySectionProps {
  tenant: string;
  policy: Policy;
  mayWrite: boolean;
  isEditing: boolean;
  onEdit: (isEditing: boolean) => void;
}

/** A policy with its settings, and what can be done to it. */
export function PolicySection({ tenant, policy, mayWrite, isEditing, onEdit }: PolicySectionProps) {
  const { name, isDefault, settings } = policy;
  const [asked, setAsked] = useState<'default' | 'delete'>();
  return (
    <section data-testid={`policy-${name}`} className="mb-8">
      <div className="flex min-h-9 flex-wrap items-center justify-between gap-2 border-b border-frame pb-1 text-[13px]">
        <h2>
          <span className="font-mono font-medium">{name}</span>
          {isDefault && <span className="ml-3 text-quiet">the default</span>}
        </h2>
        {mayWrite && !isEditing && (
          <span className="flex flex-wrap gap-2">
            {!isDefault && <Button onClick={() => setAsked('default')}>Make default</Button>}
            <Button onClick={() => onEdit(true)} aria-label={`Edit the policy ${name}`}>
              Edit
            </Button>
            {!isDefault && (
              <Button onClick={() => setAsked('delete')} aria-label={`Delete the policy ${name}`}>
                Delete
              </Button>
            )}
          </span>
        )}
      </div>
      {isEditing ? (
        <PolicyEditor tenant={tenant} policy={policy} onEnd={() => onEdit(false)} />
      ) : (
        <SettingList settings={settings} />
      )}
      {asked !== undefined && (
        <PolicyQuestion tenant={tenant} name={name} about={asked} onEnd={() => setAsked(undefined)} />
      )}
    </section>
  );
}
