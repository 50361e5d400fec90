import type { Metadata } from 'next';
import { WebhookView } from '@/webhooks/webhook-view.tsx';

export const metadata: Metadata = { title: 'Webhook' };

export default function WebhookPage() {
  return <WebhookView />;
}
