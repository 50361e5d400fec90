import type { Metadata } from 'next';
import { DeadLettersView } from '@/dead-letters/dead-letters-view.tsx';

export const metadata: Metadata = { title: 'Dead letters' };

export default function DeadLettersPage() {
  return <DeadLettersView />;
}
