import type { Metadata } from 'next';
import { AuthorityView } from '@/certificates/authority-view.tsx';

export const metadata: Metadata = { title: 'Certificate authority' };

export default function AuthorityPage() {
  return <AuthorityView />;
}
