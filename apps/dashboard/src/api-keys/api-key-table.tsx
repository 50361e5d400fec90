'use client';

import type { ApiKey } from '@restante/api-client';
import { useState } from 'react';
import { ConfirmedChange } from '@/api/confirmed-change.tsx';
import { RelativeTime } from '@/interface/relative-time.tsx';
import { useNow } from '@/interface/use-now.ts';
import { ActionsHead, RowAction, RowActions, WideTable } from '@/interface/wide-table.tsx';
import { revokeApiKey } from './api-keys.ts';

interface ApiKeyTableProps {
  /** null: the platform. */
  tenant: string | null;
  keys: ApiKey[];
  mayChange: boolean;
}

export function ApiKeyTable({ tenant, keys, mayChange }: ApiKeyTableProps) {
  const [revoked, setRevoked] = useState<ApiKey>();
  return (
    <>
      <WideTable label="API keys">
        <thead>
          <tr>
            <th>Name</th>
            <th className="w-28">Role</th>
            <th className="w-32">Begins with</th>
            <th>Made by</th>
            <th className="figure w-28">Made</th>
            <th className="figure w-28">Last used</th>
            <th className="figure w-28">Ends</th>
            <ActionsHead width="w-24" />
          </tr>
        </thead>
        <tbody>
          {keys.map((key) => (
            <tr key={key.id} data-testid="api-key">
              <td title={key.name}>{key.name}</td>
              <td>{key.role}</td>
              <td className="font-mono text-quiet">{key.prefix}</td>
              <td title={key.createdBy}>{key.createdBy}</td>
              <td className="figure text-quiet">
                <RelativeTime iso={key.createdAt} direction />
              </td>
              <td className="figure text-quiet">
                <LastUse apiKey={key} />
              </td>
              <td className="figure text-quiet">
                <End iso={key.expiresAt} />
              </td>
              <RowActions>
                {mayChange && <RowAction name="Revoke" to={key.name} onAct={() => setRevoked(key)} />}
              </RowActions>
            </tr>
          ))}
        </tbody>
      </WideTable>
      {revoked !== undefined && (
        <ConfirmedChange
          title={`Revoke the API key ${revoked.name}`}
          action="Revoke key"
          run={() => revokeApiKey(tenant, revoked.id)}
          stale={[['api-keys', tenant]]}
          told={() => `The key ${revoked.name} was revoked`}
          onEnd={() => setRevoked(undefined)}
        >
          <p>
            Whatever uses it is refused at once. Last used: <LastUse apiKey={revoked} />.
          </p>
        </ConfirmedChange>
      )}
    </>
  );
}

function LastUse({ apiKey: { lastUsedAt } }: { apiKey: ApiKey }) {
  return lastUsedAt === null ? 'never' : <RelativeTime iso={lastUsedAt} direction />;
}

function End({ iso }: { iso: string | null }) {
  const now = useNow();
  if (iso === null) return 'never';
  return (
    <span className={now > 0 && Date.parse(iso) <= now ? 'text-accent' : ''}>
      <RelativeTime iso={iso} direction />
    </span>
  );
}
