'use client';

import type { Invitation } from '@restante/api-client';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { ConfirmedChange } from '@/api/confirmed-change.tsx';
import { SectionHeading } from '@/interface/heading.tsx';
import { LoadState } from '@/interface/load-state.tsx';
import { RelativeTime } from '@/interface/relative-time.tsx';
import { ActionsHead, RowAction, RowActions, WideTable } from '@/interface/wide-table.tsx';
import { invitationsQuery, staleAfter, withdrawInvitation } from './members.ts';

/** Who is invited and has not come yet. */
export function InvitationSection({ tenant, mayChange }: { tenant: string | null; mayChange: boolean }) {
  const { data, error } = useQuery(invitationsQuery(tenant));
  const [withdrawn, setWithdrawn] = useState<Invitation>();
  return (
    <section aria-label="Invitations" className="mt-8">
      <SectionHeading>Invitations</SectionHeading>
      <LoadState
        label="Invitations"
        data={data}
        error={error}
        rows={1}
        isEmpty={({ items }) => items.length === 0}
        empty="Nobody is invited at present."
      >
        {({ items }) => (
          <WideTable label="Invitations">
            <thead>
              <tr>
                <th>E-mail</th>
                <th className="w-32">Role</th>
                <th>Invited by</th>
                <th className="figure w-32">Invited</th>
                <th className="figure w-32">Ends</th>
                <ActionsHead width="w-28" />
              </tr>
            </thead>
            <tbody>
              {items.map((invitation) => (
                <tr key={invitation.id} data-testid="invitation">
                  <td title={invitation.email}>{invitation.email}</td>
                  <td>{invitation.role}</td>
                  <td title={invitation.invitedBy}>{invitation.invitedBy}</td>
                  <td className="figure text-quiet">
                    <RelativeTime iso={invitation.createdAt} direction />
                  </td>
                  <td className="figure text-quiet">
                    <RelativeTime iso={invitation.expiresAt} direction />
                  </td>
                  <RowActions>
                    {mayChange && (
                      <RowAction
                        name="Withdraw"
                        to={invitation.email}
                        onAct={() => setWithdrawn(invitation)}
                      />
                    )}
                  </RowActions>
                </tr>
              ))}
            </tbody>
          </WideTable>
        )}
      </LoadState>
      {withdrawn !== undefined && (
        <ConfirmedChange
          title={`Withdraw the invitation of ${withdrawn.email}`}
          action="Withdraw invitation"
          run={() => withdrawInvitation(tenant, withdrawn.id)}
          stale={staleAfter(tenant)}
          told={() => 'The invitation was withdrawn'}
          onEnd={() => setWithdrawn(undefined)}
        >
          <p>Its link leads nowhere from then on.</p>
        </ConfirmedChange>
      )}
    </section>
  );
}
