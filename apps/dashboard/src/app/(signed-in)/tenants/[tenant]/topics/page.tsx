import type { Metadata } from 'next';
import { TopicsView } from '@/topics/topics-view.tsx';

export const metadata: Metadata = { title: 'Topics' };

export default function TopicsPage() {
  return <TopicsView />;
}
