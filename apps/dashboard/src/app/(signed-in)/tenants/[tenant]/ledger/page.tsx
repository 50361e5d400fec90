import type { Metadata } from 'next';
import { LedgerView } from '@/ledger/ledger-view.tsx';

export const metadata: Metadata = { title: 'Ledger' };

export default function LedgerPage() {
  return <LedgerView />;
}
