'use client';

import type { IssuedInvitation } from '@restante/api-client';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { Button } from '@/interface/button.tsx';
import { LoadState } from '@/interface/load-state.tsx';
import { PageHeading } from '@/interface/page-heading.tsx';
import { Pager } from '@/interface/pager.tsx';
import { useTrail } from '@/interface/use-trail.ts';
import { useMay } from '@/shell/permissions.ts';
import { useTenant } from '@/tenants/use-tenant.ts';
import { InvitationSection } from './invitation-section.tsx';
import { Invited } from './invited.tsx';
import { InviteForm } from './invite-form.tsx';
import { MemberTable } from './member-table.tsx';
import { membersQuery } from './members.ts';
import { RoleList } from './role-list.tsx';

/** Who belongs to a tenant, as what, and who is invited. */
export function MembersView() {
  const tenant = useTenant();
  const trail = useTrail();
  const { data, error } = useQuery(membersQuery(tenant, trail.after));
  const [isInviting, setIsInviting] = useState(false);
  const [issued, setIssued] = useState<IssuedInvitation>();
  const mayChange = useMay(tenant, 'members:write');
  const show = (invitation: IssuedInvitation) => {
    setIsInviting(false);
    setIssued(invitation);
  };
  return (
    <>
      <PageHeading
        about="People with a login to this tenant. Administrators of the platform are not listed: they may do everything in all tenants."
        actions={
          mayChange &&
          !isInviting && (
            <Button look="ink" onClick={() => setIsInviting(true)}>
              Invite somebody
            </Button>
          )
        }
      >
        Members
      </PageHeading>
      {isInviting && <InviteForm tenant={tenant} onIssued={show} onCancel={() => setIsInviting(false)} />}
      {issued !== undefined && <Invited issued={issued} onClose={() => setIssued(undefined)} />}
      <LoadState
        label="Members"
        data={data}
        error={error}
        rows={3}
        isEmpty={({ items }) => items.length === 0}
        empty="Nobody but the platform's administrators. Invite somebody to share the tenant."
      >
        {({ items }) => <MemberTable tenant={tenant} members={items} mayChange={mayChange} />}
      </LoadState>
      {data !== undefined && <Pager trail={trail} next={data.next} />}
      <InvitationSection tenant={tenant} mayChange={mayChange} />
      <section aria-label="Roles" className="mt-8">
        <h2 className="mb-2 text-[15px] font-semibold">Roles</h2>
        <RoleList />
      </section>
    </>
  );
}
