'use client';

import type { OwnLogin } from '@restante/api-client';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { ConfirmedChange } from '@/api/confirmed-change.tsx';
import { SectionHeading } from '@/interface/heading.tsx';
import { LoadState } from '@/interface/load-state.tsx';
import { RelativeTime } from '@/interface/relative-time.tsx';
import { ActionsHead, RowAction, RowActions, WideTable } from '@/interface/wide-table.tsx';
import { endLogin, loginsQuery } from './account.ts';
import { browserName } from './browser-name.ts';

/** Where one is logged in. */
export function LoginSection() {
  const { data, error } = useQuery(loginsQuery);
  const [ended, setEnded] = useState<OwnLogin>();
  return (
    <section aria-label="Logins">
      <SectionHeading>Logins</SectionHeading>
      <LoadState label="Logins" data={data} error={error} rows={2}>
        {({ items }) => <LoginTable logins={items} onEnd={setEnded} />}
      </LoadState>
      {ended !== undefined && (
        <ConfirmedChange
          title="End this login"
          action="End login"
          run={() => endLogin(ended.id)}
          stale={[['logins']]}
          told={() => 'The login is over'}
          onEnd={() => setEnded(undefined)}
        >
          <p>
            {`The browser at ${ended.remoteAddress ?? 'an unknown address'} is logged out at once. If that was not you, change your password too.`}
          </p>
        </ConfirmedChange>
      )}
    </section>
  );
}

function LoginTable({ logins, onEnd }: { logins: OwnLogin[]; onEnd: (login: OwnLogin) => void }) {
  return (
    <WideTable label="Logins" width="min-w-[640px]">
      <thead>
        <tr>
          <th>Browser</th>
          <th className="w-40">From</th>
          <th className="figure w-28">Made</th>
          <th className="figure w-28">Ends</th>
          <ActionsHead width="w-24" />
        </tr>
      </thead>
      <tbody>
        {logins.map((login) => (
          <tr key={login.id} data-testid="login">
            <td title={login.userAgent ?? undefined}>
              {login.userAgent === null ? 'unknown' : browserName(login.userAgent)}
            </td>
            <td className="font-mono text-quiet">{login.remoteAddress ?? 'unknown'}</td>
            <td className="figure text-quiet">
              <RelativeTime iso={login.createdAt} direction />
            </td>
            <td className="figure text-quiet">
              <RelativeTime iso={login.expiresAt} direction />
            </td>
            <RowActions>
              {login.isCurrent ? (
                <span className="text-quiet">this one</span>
              ) : (
                <RowAction
                  name="End"
                  to={`the login from ${login.remoteAddress ?? 'an unknown address'}`}
                  onAct={() => onEnd(login)}
                />
              )}
            </RowActions>
          </tr>
        ))}
      </tbody>
    </WideTable>
  );
}
