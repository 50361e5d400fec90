import { type Credential } from '@restante/api-client';
import Link from 'next/link';
import { RelativeTime } from '@/interface/relative-time.tsx';
import { CREDENTIAL_ACTIONS, type CredentialAction } from './credential-action.ts';

interface CredentialTableProps {
  tenant: string;
  credentials: Credential[];
  onAct: (action: CredentialAction, credential: Credential) => void;
}

export function CredentialTable({ tenant, credentials, onAct }: CredentialTableProps) {
  return (
    <table className="ledger table-fixed">
      <caption className="sr-only">Credentials</caption>
      <thead>
        <tr>
          <th className="w-[22%]">User name</th>
          <th>Label</th>
          <th className="w-32">Policy</th>
          <th className="w-32">Access rules</th>
          <th className="w-24">State</th>
          <th className="figure w-28">Created</th>
          <th className="figure w-28">Rotated</th>
          <th className="figure w-56">
            <span className="sr-only">Actions</span>
          </th>
        </tr>
      </thead>
      <tbody>
        {credentials.map((credential) => (
          <CredentialRow key={credential.username} tenant={tenant} credential={credential} onAct={onAct} />
        ))}
      </tbody>
    </table>
  );
}

function CredentialRow({
  tenant,
  credential,
  onAct,
}: Omit<CredentialTableProps, 'credentials'> & { credential: Credential }) {
  const { username, mqttUsername, label, policy, acl, enabled, createdAt, rotatedAt } = credential;
  return (
    <tr data-testid={`credential-row-${username}`}>
      <td className="font-mono" title={mqttUsername}>
        {username}
      </td>
      <td title={label}>{label}</td>
      <td>
        <Link href={`/tenants/${tenant}/policies`} className="door">
          {policy ?? 'default'}
        </Link>
      </td>
      <td className="text-quiet">{acl === null ? 'whole tenant' : `${acl.length} rules`}</td>
      <td className={enabled ? '' : 'text-warning'}>{enabled ? 'enabled' : 'disabled'}</td>
      <td className="figure text-quiet">
        <RelativeTime iso={createdAt} direction />
      </td>
      <td className="figure text-quiet">
        {rotatedAt === null ? 'never' : <RelativeTime iso={rotatedAt} direction />}
      </td>
      <td className="figure">
        <span className="inline-flex gap-4">
          {CREDENTIAL_ACTIONS.filter((action) => action.applies(credential)).map((action) => (
            <button
              key={action.name}
              type="button"
              className="door"
              aria-label={`${action.name} ${username}`}
              onClick={() => onAct(action, credential)}
            >
              {action.name}
            </button>
          ))}
        </span>
      </td>
    </tr>
  );
}
