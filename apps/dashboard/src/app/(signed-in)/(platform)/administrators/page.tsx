import type { Metadata } from 'next';
import { AdministratorsView } from '@/administrators/administrators-view.tsx';

export const metadata: Metadata = { title: 'Administrators' };

export default function AdministratorsPage() {
  return <AdministratorsView />;
}
