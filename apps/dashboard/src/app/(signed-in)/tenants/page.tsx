import type { Metadata } from 'next';
import { TenantsView } from '@/tenants/tenants-view.tsx';

export const metadata: Metadata = { title: 'Tenants' };

export default function TenantsPage() {
  return <TenantsView />;
}
