import { OverviewView } from '@/tenants/overview-view.tsx';

export default function OverviewPage() {
  return <OverviewView />;
}
