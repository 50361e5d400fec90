import type { Metadata } from 'next';
import { TryView } from '@/try-it/try-view.tsx';

export const metadata: Metadata = { title: 'Try it' };

export default function TryPage() {
  return <TryView />;
}
