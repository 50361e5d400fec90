import { type Tenant } from '@restante/api-client';
import Link from 'next/link';
import { formatCount } from '@/format/numbers.ts';
import { RelativeTime } from '@/interface/relative-time.tsx';
import { WideTable } from '@/interface/wide-table.tsx';

export function TenantTable({ tenants }: { tenants: Tenant[] }) {
  return (
    <WideTable label="Tenants">
      <thead>
        <tr>
          <th className="w-[28%]">Tenant</th>
          <th>Slug</th>
          <th className="figure w-36">Online sessions</th>
          <th className="figure w-36">Offline sessions</th>
          <th className="figure w-40">Queued messages</th>
          <th className="figure w-36">Created</th>
        </tr>
      </thead>
      <tbody>
        {tenants.map((tenant) => (
          <TenantRow key={tenant.slug} tenant={tenant} />
        ))}
      </tbody>
    </WideTable>
  );
}

function TenantRow({
  tenant: { slug, name, onlineSessions, offlineSessions, queuedMessages, createdAt },
}: {
  tenant: Tenant;
}) {
  const home = `/tenants/${slug}`;
  return (
    <tr data-testid={`tenant-row-${slug}`}>
      <td>
        <Link href={home} className="door font-medium">
          {name}
        </Link>
      </td>
      <td className="font-mono text-quiet">{slug}</td>
      <td className="figure">
        <Link href={`${home}/sessions?state=online`} className="door">
          {formatCount(onlineSessions)}
        </Link>
      </td>
      <td className="figure">
        <Link href={`${home}/sessions?state=offline`} className="door">
          {formatCount(offlineSessions)}
        </Link>
      </td>
      <td className="figure">
        <Link href={`${home}/sessions?sort=queuedMessages`} className="door">
          {formatCount(queuedMessages)}
        </Link>
      </td>
      <td className="figure text-quiet">
        <RelativeTime iso={createdAt} direction />
      </td>
    </tr>
  );
}
