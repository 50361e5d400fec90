import type { Metadata } from 'next';
import { SessionView } from '@/session/session-view.tsx';

export async function generateMetadata({
  params,
}: {
  params: Promise<{ clientId: string }>;
}): Promise<Metadata> {
  return { title: decodeURIComponent((await params).clientId) };
}

export default function SessionPage() {
  return <SessionView />;
}
