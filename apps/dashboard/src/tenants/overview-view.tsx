'use client';

import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { Button } from '@/interface/button.tsx';
import { FailureNote } from '@/interface/failure-note.tsx';
import { SectionHeading } from '@/interface/heading.tsx';
import { WallSection } from '@/wall/wall-section.tsx';
import { DeleteTenant } from './delete-tenant.tsx';
import { OverviewFigures } from './overview-figures.tsx';
import { overviewQuery } from './tenants.ts';
import { TopQueues } from './top-queues.tsx';
import { useTenant } from './use-tenant.ts';

export function OverviewView() {
  const tenant = useTenant();
  const { data, error } = useQuery(overviewQuery(tenant));
  const [isDeleting, setIsDeleting] = useState(false);
  if (data === undefined) return <FailureNote error={error} />;
  return (
    <div className="flex flex-col gap-10">
      <OverviewFigures tenant={tenant} overview={data} />
      <WallSection tenant={tenant} />
      <TopQueues tenant={tenant} queues={data.topQueues} />
      <section>
        <SectionHeading
          actions={
            <Button look="danger" onClick={() => setIsDeleting(true)}>
              Delete tenant
            </Button>
          }
        >
          Delete this tenant
        </SectionHeading>
        <p className="mt-1 text-[13px] text-quiet">
          Ends its sessions and removes everything it holds. It cannot be undone.
        </p>
      </section>
      {isDeleting && <DeleteTenant tenant={tenant} overview={data} onCancel={() => setIsDeleting(false)} />}
    </div>
  );
}
