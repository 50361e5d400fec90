'use client';

import type { Administrator } from '@restante/api-client';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { ConfirmedChange } from '@/api/confirmed-change.tsx';
import { RelativeTime } from '@/interface/relative-time.tsx';
import { ActionsHead, RowAction, RowActions, WideTable } from '@/interface/wide-table.tsx';
import { meQuery } from '@/people/people.ts';
import { removeAdministrator } from './administrators.ts';

export function AdministratorTable({ administrators }: { administrators: Administrator[] }) {
  const { data: me } = useQuery(meQuery);
  const [removed, setRemoved] = useState<Administrator>();
  const isOwn = ({ email }: Administrator) => email === me?.email;
  return (
    <>
      <WideTable label="Administrators" width="min-w-[560px]">
        <thead>
          <tr>
            <th>Name</th>
            <th>E-mail</th>
            <th className="figure w-32">Known since</th>
            <ActionsHead width="w-28" />
          </tr>
        </thead>
        <tbody>
          {administrators.map((administrator) => (
            <tr key={administrator.id} data-testid="administrator">
              <td title={administrator.name}>
                {administrator.name}
                {isOwn(administrator) && <span className="text-quiet"> (you)</span>}
              </td>
              <td title={administrator.email}>{administrator.email}</td>
              <td className="figure text-quiet">
                <RelativeTime iso={administrator.since} direction />
              </td>
              <RowActions>
                <RowAction name="Remove" to={administrator.email} onAct={() => setRemoved(administrator)} />
              </RowActions>
            </tr>
          ))}
        </tbody>
      </WideTable>
      {removed !== undefined && (
        <ConfirmedChange
          title={`Remove ${removed.email}`}
          action="Remove administrator"
          run={() => removeAdministrator(removed.id)}
          stale={[['administrators'], ['me']]}
          told={() => `${removed.email} administers the platform no longer`}
          onEnd={() => setRemoved(undefined)}
        >
          <p>
            {isOwn(removed)
              ? 'That is you: you lose the pages of the platform at once, and every tenant of which you are no member.'
              : `${removed.name} loses the platform, and every tenant without a membership of their own, at once. The login itself stays.`}
          </p>
        </ConfirmedChange>
      )}
    </>
  );
}
