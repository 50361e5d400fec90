import type { Credential } from '@restante/api-client';
import Link from 'next/link';
import { formatCount, formatCountOf, formatList } from '@/format/numbers.ts';
import { RelativeTime } from '@/interface/relative-time.tsx';
import { TableFrame } from '@/interface/table-frame.tsx';
import { CredentialState } from './credential-state.tsx';

interface CredentialTableProps {
  tenant: string;
  credentials: Credential[];
}

export function CredentialTable({ tenant, credentials }: CredentialTableProps) {
  return (
    <TableFrame label="Credentials">
      <table className="ledger min-w-[880px] table-fixed">
        <thead>
          <tr>
            <th className="w-[18%]">User name</th>
            <th>Label</th>
            <th className="w-24">State</th>
            <th className="w-24">Policy</th>
            <th className="w-36">Access rules</th>
            <th className="figure w-24">Last login</th>
            <th className="figure w-28">Failed logins</th>
            <th className="figure w-24">Expires</th>
          </tr>
        </thead>
        <tbody>
          {credentials.map((credential) => (
            <CredentialRow key={credential.username} tenant={tenant} credential={credential} />
          ))}
        </tbody>
      </table>
    </TableFrame>
  );
}

function CredentialRow({ tenant, credential }: { tenant: string; credential: Credential }) {
  const { username, mqttUsername, label, policy, lastSeenAt, failedLogins, expiresAt } = credential;
  return (
    <tr data-testid={`credential-row-${username}`}>
      <td className="font-mono" title={mqttUsername}>
        <Link href={`/tenants/${tenant}/credentials/${encodeURIComponent(username)}`} className="door">
          {username}
        </Link>
      </td>
      <td title={label}>{label}</td>
      <td>
        <CredentialState credential={credential} />
      </td>
      <td>
        <Link href={`/tenants/${tenant}/policies`} className="door">
          {policy ?? 'default'}
        </Link>
      </td>
      <td className="text-quiet">{accessWords(credential)}</td>
      <td className="figure text-quiet">
        {lastSeenAt === null ? 'never' : <RelativeTime iso={lastSeenAt} direction />}
      </td>
      <td className={`figure ${failedLogins > 0 ? 'text-warning' : 'text-quiet'}`}>
        {formatCount(failedLogins)}
      </td>
      <td className="figure text-quiet">
        {expiresAt === null ? 'never' : <RelativeTime iso={expiresAt} direction />}
      </td>
    </tr>
  );
}

/** "2 rules and gateways"; what decides where there are none is the tenant's default. */
function accessWords({ acl, roles }: Credential): string {
  const own = acl === null || acl.length === 0 ? [] : [formatCountOf(acl.length, 'rule')];
  const all = [...own, ...roles];
  return all.length === 0 ? "tenant's default" : formatList(all);
}
