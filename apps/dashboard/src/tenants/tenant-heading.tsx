'use client';

import { useState } from 'react';
import { Button } from '@/interface/button.tsx';
import { PageHeading } from '@/interface/page-heading.tsx';
import { useMay } from '@/shell/permissions.ts';
import { RenameForm } from './rename-form.tsx';

/** @param name undefined: not known yet */
export function TenantHeading({ tenant, name }: { tenant: string; name: string | undefined }) {
  const mayRename = useMay(tenant, 'tenant:update');
  const [isRenaming, setIsRenaming] = useState(false);
  const canRename = mayRename && name !== undefined && !isRenaming;
  return (
    <>
      <PageHeading
        about={<span className="font-mono">{tenant}</span>}
        actions={canRename && <Button onClick={() => setIsRenaming(true)}>Rename</Button>}
      >
        {name ?? tenant}
      </PageHeading>
      {isRenaming && name !== undefined && (
        <RenameForm tenant={tenant} name={name} onEnd={() => setIsRenaming(false)} />
      )}
    </>
  );
}
