'use client';

import type { IssuedInvitation } from '@restante/api-client';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { Button } from '@/interface/button.tsx';
import { LoadState } from '@/interface/load-state.tsx';
import { PageHeading } from '@/interface/page-heading.tsx';
import { Pager } from '@/interface/pager.tsx';
import { useTrail } from '@/interface/use-trail.ts';
import { InvitationSection } from '@/members/invitation-section.tsx';
import { Invited } from '@/members/invited.tsx';
import { InviteForm } from '@/members/invite-form.tsx';
import { AdministratorTable } from './administrator-table.tsx';
import { administratorsQuery } from './administrators.ts';

/** Who administers the platform, and who is invited to. */
export function AdministratorsView() {
  const trail = useTrail();
  const { data, error } = useQuery(administratorsQuery(trail.after));
  const [isInviting, setIsInviting] = useState(false);
  const [issued, setIssued] = useState<IssuedInvitation>();
  const show = (invitation: IssuedInvitation) => {
    setIsInviting(false);
    setIssued(invitation);
  };
  return (
    <>
      <PageHeading
        about="They may do everything in all tenants: make and delete them, suspend them, set their quotas, and read this platform's audit."
        actions={
          !isInviting && (
            <Button look="ink" onClick={() => setIsInviting(true)}>
              Invite an administrator
            </Button>
          )
        }
      >
        Administrators
      </PageHeading>
      {isInviting && <InviteForm tenant={null} onIssued={show} onCancel={() => setIsInviting(false)} />}
      {issued !== undefined && <Invited issued={issued} onClose={() => setIssued(undefined)} />}
      <LoadState label="Administrators" data={data} error={error} rows={2}>
        {({ items }) => <AdministratorTable administrators={items} />}
      </LoadState>
      {data !== undefined && <Pager trail={trail} next={data.next} />}
      <InvitationSection tenant={null} mayChange />
    </>
  );
}
