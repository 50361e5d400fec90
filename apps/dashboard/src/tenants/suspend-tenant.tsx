'use client';

import { useState } from 'react';
import { ConfirmedChange } from '@/api/confirmed-change.tsx';
import { formatCountOf } from '@/format/numbers.ts';
import { Button } from '@/interface/button.tsx';
import { SectionHeading } from '@/interface/heading.tsx';
import { changeTenant, staleAfterChange } from './tenants.ts';

interface SuspendTenantProps {
  tenant: string;
  isSuspended: boolean;
  /** That would be closed. */
  connections: number;
}

/** Shuts a tenant's clients out for a while, and lets them in again. */
export function SuspendTenant({ tenant, isSuspended, connections }: SuspendTenantProps) {
  const [isAsked, setIsAsked] = useState(false);
  const action = isSuspended ? 'Resume tenant' : 'Suspend tenant';
  return (
    <section>
      <SectionHeading actions={<Button onClick={() => setIsAsked(true)}>{action}</Button>}>
        {isSuspended ? 'Resume this tenant' : 'Suspend this tenant'}
      </SectionHeading>
      <p className="mt-1 text-[13px] text-quiet">
        {isSuspended
          ? 'Clients connect again, and get what waits for them.'
          : 'Nobody connects until it is resumed. Queues and retained messages are kept.'}
      </p>
      {isAsked && (
        <ConfirmedChange
          title={`${action} ${tenant}?`}
          action={action}
          run={() => changeTenant(tenant, { suspended: !isSuspended })}
          stale={staleAfterChange(tenant)}
          told={() => `${tenant} is ${isSuspended ? 'resumed' : 'suspended'}`}
          onEnd={() => setIsAsked(false)}
        >
          <p>
            {isSuspended
              ? 'Its clients may connect again at once.'
              : `${formatCountOf(connections, 'connection')} will be closed, and refused until the tenant is resumed. Sessions that end with their connection end; all others are kept.`}
          </p>
        </ConfirmedChange>
      )}
    </section>
  );
}
