'use client';

import { useQuery } from '@tanstack/react-query';
import { formatCount, formatCountOf } from '@/format/numbers.ts';
import { credentialUseQuery } from './credentials.ts';

interface UseSentenceProps {
  tenant: string;
  username: string;
  /** What becomes of its connections: "will be closed". */
  fate: string;
}

/** How many sessions and connections a change of a credential is about. */
export function UseSentence({ tenant, username, fate }: UseSentenceProps) {
  const { data: use } = useQuery(credentialUseQuery(tenant, username));
  if (use === undefined) return <p className="text-quiet">Counting its sessions.</p>;
  const least = use.isAll ? '' : 'at least ';
  return (
    <p>
      It has {least}
      {formatCountOf(use.sessions, 'session')}; {least}
      {formatCount(use.online)} of them online: their connections {fate}.
    </p>
  );
}
