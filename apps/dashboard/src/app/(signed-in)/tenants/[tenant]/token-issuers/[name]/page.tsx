import type { Metadata } from 'next';
import { IssuerView } from '@/issuers/issuer-view.tsx';

export const metadata: Metadata = { title: 'Token issuer' };

export default function IssuerPage() {
  return <IssuerView />;
}
