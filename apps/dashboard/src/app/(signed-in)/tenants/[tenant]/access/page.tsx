import type { Metadata } from 'next';
import { AccessView } from '@/access/access-view.tsx';

export const metadata: Metadata = { title: 'Access rules' };

export default function AccessPage() {
  return <AccessView />;
}
