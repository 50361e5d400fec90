import type { Metadata } from 'next';
import { AuditView } from '@/audit/audit-view.tsx';

export const metadata: Metadata = { title: 'Platform audit' };

export default function PlatformAuditPage() {
  return <AuditView />;
}
