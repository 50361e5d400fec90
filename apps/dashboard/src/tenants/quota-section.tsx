'use client';

import { useState } from 'react';
import { Button } from '@/interface/button.tsx';
import { SectionHeading } from '@/interface/heading.tsx';
import { useMay } from '@/shell/permissions.ts';
import { QuotaForm } from './quota-form.tsx';
import { QuotaGauges } from './quota-gauges.tsx';
import type { Quotas } from './quotas.ts';

/** @param quotas undefined: not known yet */
export function QuotaSection({ tenant, quotas }: { tenant: string; quotas: Quotas | undefined }) {
  const mayManage = useMay(tenant, 'platform:manage');
  const [isChanging, setIsChanging] = useState(false);
  const canChange = mayManage && quotas !== undefined && !isChanging;
  return (
    <section aria-label="Quotas">
      <SectionHeading
        actions={canChange && <Button onClick={() => setIsChanging(true)}>Change quotas</Button>}
      >
        Quotas
      </SectionHeading>
      {isChanging && quotas !== undefined ? (
        <QuotaForm tenant={tenant} quotas={quotas} onEnd={() => setIsChanging(false)} />
      ) : (
        <QuotaGauges tenant={tenant} />
      )}
    </section>
  );
}
