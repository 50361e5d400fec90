import type { Metadata } from 'next';
import { WallView } from '@/wall/wall-view.tsx';

export const metadata: Metadata = { title: 'Wall' };

export default function WallPage() {
  return <WallView />;
}
