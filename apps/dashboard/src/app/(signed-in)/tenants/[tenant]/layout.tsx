import type { Metadata } from 'next';
import type { ReactNode } from 'react';
import { TenantFrame } from '@/tenants/tenant-frame.tsx';

export async function generateMetadata({
  params,
}: {
  params: Promise<{ tenant: string }>;
}): Promise<Metadata> {
  const { tenant } = await params;
  return { title: { default: tenant, template: `%s · ${tenant} · Restante` } };
}

export default function TenantLayout({ children }: { children: ReactNode }) {
  return <TenantFrame>{children}</TenantFrame>;
}
