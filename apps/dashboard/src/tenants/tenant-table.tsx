import type { Tenant } from '@restante/api-client';
import Link from 'next/link';
import { useRouter } from 'next/navigation';
import { formatCount } from '@/format/numbers.ts';
import { RelativeTime } from '@/interface/relative-time.tsx';
import { useRowCursor } from '@/interface/use-row-cursor.ts';
import { WideTable } from '@/interface/wide-table.tsx';
import { conditionOf, nextTenantOrder, type TenantOrder, type TenantSort } from './tenant-order.ts';

const COLUMNS: { name: string; sort: TenantSort; look: string }[] = [
  { name: 'Tenant', sort: 'name', look: 'w-[26%]' },
  { name: 'Slug', sort: 'slug', look: '' },
  { name: 'State', sort: 'condition', look: 'w-24' },
  { name: 'Online sessions', sort: 'onlineSessions', look: 'figure w-30' },
  { name: 'Offline sessions', sort: 'offlineSessions', look: 'figure w-30' },
  { name: 'Queued messages', sort: 'queuedMessages', look: 'figure w-34' },
  { name: 'Created', sort: 'createdAt', look: 'figure w-24' },
];

interface TenantTableProps {
  tenants: Tenant[];
  order: TenantOrder;
  onOrder: (order: TenantOrder) => void;
}

export function TenantTable({ tenants, order, onOrder }: TenantTableProps) {
  const router = useRouter();
  const { body, look } = useRowCursor(tenants.length, (index) => router.push(homeOf(tenants[index])));
  return (
    <WideTable label="Tenants">
      <thead>
        <tr>
          {COLUMNS.map((column) => (
            <th key={column.sort} className={column.look} aria-sort={directionOf(column.sort, order)}>
              <button
                type="button"
                onClick={() => onOrder(nextTenantOrder(order, column.sort))}
                className={column.sort === order.sort ? 'text-ink' : 'hover:text-ink'}
              >
                {column.name}
                {column.sort === order.sort && (
                  <span aria-hidden="true">{order.isDescending ? ' ↓' : ' ↑'}</span>
                )}
              </button>
            </th>
          ))}
        </tr>
      </thead>
      <tbody ref={body}>
        {tenants.map((tenant, index) => (
          <TenantRow key={tenant.slug} tenant={tenant} frame={look(index)} />
        ))}
      </tbody>
    </WideTable>
  );
}

function homeOf({ slug }: Tenant): string {
  return `/tenants/${slug}`;
}

function directionOf(sort: TenantSort, order: TenantOrder): 'ascending' | 'descending' | undefined {
  if (sort !== order.sort) return undefined;
  return order.isDescending ? 'descending' : 'ascending';
}

function TenantRow({ tenant, frame }: { tenant: Tenant; frame: object }) {
  const { slug, name, onlineSessions, offlineSessions, queuedMessages, createdAt } = tenant;
  const home = homeOf(tenant);
  return (
    <tr data-testid={`tenant-row-${slug}`} {...frame}>
      <td title={name}>
        <Link href={home} className="door font-medium">
          {name}
        </Link>
      </td>
      <td className="font-mono text-quiet" title={slug}>
        {slug}
      </td>
      <td className="text-warning">{conditionOf(tenant)}</td>
      <Count value={onlineSessions} door={`${home}/sessions?state=online`} />
      <Count value={offlineSessions} door={`${home}/sessions?state=offline`} />
      <Count value={queuedMessages} door={`${home}/sessions?sort=queuedMessages`} />
      <td className="figure text-quiet">
        <RelativeTime iso={createdAt} direction />
      </td>
    </tr>
  );
}

function Count({ value, door }: { value: number; door: string }) {
  return (
    <td className={`figure ${value === 0 ? 'text-quiet' : ''}`}>
      <Link href={door} prefetch={false} className="door">
        {formatCount(value)}
      </Link>
    </td>
  );
}
