'use client';

import type { Overview } from '@restante/api-client';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useRouter } from 'next/navigation';
import { formatBytes, formatCountOf, formatList } from '@/format/numbers.ts';
import { Confirmation } from '@/interface/confirmation.tsx';
import { credentialCountQuery, deleteTenant } from './tenants.ts';

interface DeleteTenantProps {
  tenant: string;
  overview: Overview;
  onCancel: () => void;
}

export function DeleteTenant({ tenant, overview, onCancel }: DeleteTenantProps) {
  const router = useRouter();
  const queries = useQueryClient();
  const { data: credentials } = useQuery(credentialCountQuery(tenant));
  const deletion = useMutation({
    mutationFn: () => deleteTenant(tenant),
    onSuccess: async () => {
      router.push('/tenants');
      await queries.invalidateQueries({ queryKey: ['all-tenants'] });
    },
  });
  return (
    <Confirmation
      title={`Delete the tenant ${tenant}?`}
      action="Delete tenant"
      isPending={deletion.isPending || deletion.isSuccess}
      error={deletion.error}
      onConfirm={() => deletion.mutate()}
      onCancel={onCancel}
    >
      <p>
        {`${formatCountOf(overview.onlineSessions, 'connection')} will be closed. Lost for good: ${lossOf(overview, credentials)}.`}
      </p>
    </Confirmation>
  );
}

function lossOf(overview: Overview, credentials: { count: number; isAll: boolean } | undefined): string {
  const losses = [
    formatCountOf(overview.onlineSessions + overview.offlineSessions, 'session'),
    `${formatCountOf(overview.queuedMessages, 'queued message')} (${formatBytes(overview.queuedBytes)})`,
    `${formatCountOf(overview.retainedMessages, 'retained message')} (${formatBytes(overview.retainedBytes)})`,
  ];
  if (credentials === undefined) return formatList([...losses, 'all credentials']);
  return formatList([
    ...losses,
    `${credentials.isAll ? '' : 'more than '}${formatCountOf(credentials.count, 'credential')}`,
  ]);
}
