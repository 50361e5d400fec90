'use client';

import { useMutation, useQueryClient } from '@tanstack/react-query';
import { Confirmation } from '@/interface/confirmation.tsx';
import { tell } from '@/interface/toasts.ts';
import { deleteRole } from './access.ts';

export function DeleteRole({ tenant, name, onEnd }: { tenant: string; name: string; onEnd: () => void }) {
  const queries = useQueryClient();
  const deleting = useMutation({
    mutationFn: () => deleteRole(tenant, name),
    onSuccess: async () => {
      onEnd();
      tell(`Role ${name} deleted`);
      await queries.invalidateQueries({ queryKey: ['roles', tenant] });
    },
  });
  return (
    <Confirmation
      title={`Delete the role ${name}?`}
      action="Delete role"
      isPending={deleting.isPending}
      error={deleting.error}
      onConfirm={() => deleting.mutate()}
      onCancel={onEnd}
    >
      <p>Its rules are lost. While a credential has it, it cannot be deleted.</p>
    </Confirmation>
  );
}
