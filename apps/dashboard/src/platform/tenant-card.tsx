'use client';

import type { Tenant } from '@restante/api-client';
import Link from 'next/link';
import { formatCount } from '@/format/numbers.ts';
import { SmallWall } from '@/wall/small-wall.tsx';

/** A tenant with its figures, each a door, and its wall in small. */
export function TenantCard({ tenant: { slug, name, ...figures } }: { tenant: Tenant }) {
  const home = `/tenants/${slug}`;
  const doors = [
    { name: 'online', value: figures.onlineSessions, door: `${home}/sessions?state=online` },
    { name: 'offline', value: figures.offlineSessions, door: `${home}/sessions?state=offline` },
    { name: 'queued', value: figures.queuedMessages, door: `${home}/sessions?sort=queuedMessages` },
  ];
  return (
    <li data-testid={`tenant-card-${slug}`} className="flex flex-col gap-2 border border-hairline p-3">
      <div className="flex items-baseline justify-between gap-2">
        <Link href={home} className="door min-w-0 truncate font-medium">
          {name}
        </Link>
        <span className="max-w-1/2 shrink-0 truncate font-mono text-xs text-quiet">{slug}</span>
      </div>
      <SmallWall tenant={slug} />
      <p className="mt-auto flex gap-4 text-xs text-quiet tabular-nums">
        {doors.map((figure) => (
          <Link key={figure.name} href={figure.door} className="door">
            {formatCount(figure.value)} {figure.name}
          </Link>
        ))}
      </p>
    </li>
  );
}
