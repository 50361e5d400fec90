import type { Metadata } from 'next';
import { ApiKeysView } from '@/api-keys/api-keys-view.tsx';

export const metadata: Metadata = { title: 'Platform API keys' };

export default function PlatformApiKeysPage() {
  return <ApiKeysView />;
}
