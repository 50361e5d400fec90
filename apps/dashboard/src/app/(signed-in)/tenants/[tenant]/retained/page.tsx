import type { Metadata } from 'next';
import { RetainedView } from '@/retained/retained-view.tsx';

export const metadata: Metadata = { title: 'Retained messages' };

export default function RetainedPage() {
  return <RetainedView />;
}
