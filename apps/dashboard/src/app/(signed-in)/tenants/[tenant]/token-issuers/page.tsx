import type { Metadata } from 'next';
import { IssuersView } from '@/issuers/issuers-view.tsx';

export const metadata: Metadata = { title: 'Token issuers' };

export default function IssuersPage() {
  return <IssuersView />;
}
