import type { Metadata } from 'next';
import { mqttPort } from '@/api/server-url.ts';
import { CredentialsView } from '@/credentials/credentials-view.tsx';

export const metadata: Metadata = { title: 'Credentials' };

export default function CredentialsPage() {
  return <CredentialsView mqttPort={mqttPort()} />;
}
