'use client';

import { useQuery } from '@tanstack/react-query';
import { formatCountOf } from '@/format/numbers.ts';
import { revokedQuery } from './authorities.ts';

/** How much knowledge goes with an authority. */
export function RevokedCount({ tenant, name }: { tenant: string; name: string }) {
  const { data } = useQuery(revokedQuery(tenant, name, undefined));
  if (data === undefined) return <p className="text-quiet">Counting what it has revoked.</p>;
  const least = data.next === null ? '' : 'at least ';
  return (
    <p>
      {`Forgotten with it: ${least}${formatCountOf(data.items.length, 'revoked certificate')}. Registered anew, it would let them in.`}
    </p>
  );
}
