import type { Metadata } from 'next';
import { CredentialView } from '@/credentials/credential-view.tsx';
import { mqttPort } from '@/api/server-url.ts';

export async function generateMetadata({
  params,
}: {
  params: Promise<{ username: string }>;
}): Promise<Metadata> {
  return { title: decodeURIComponent((await params).username) };
}

export default function CredentialPage() {
  return <CredentialView mqttPort={mqttPort()} />;
}
