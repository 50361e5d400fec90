import { mqttPort } from '@/api/server-url.ts';
import { OverviewView } from '@/tenants/overview-view.tsx';

export default function OverviewPage() {
  return <OverviewView mqttPort={mqttPort()} />;
}
