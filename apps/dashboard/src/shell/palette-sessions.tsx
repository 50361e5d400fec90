'use client';

import { useQuery } from '@tanstack/react-query';
import { Command } from 'cmdk';
import { useDeferredValue } from 'react';
import { formatCountOf } from '@/format/numbers.ts';
import { sessionAddress } from '@/sessions/addresses.ts';
import { foundSessionsQuery } from '@/sessions/sessions.ts';
import { StateMark } from '@/sessions/state-mark.tsx';
import { PALETTE_GROUP, PALETTE_ITEM } from './palette-look.ts';

interface PaletteSessionsProps {
  tenant: string;
  /** Part of a client identifier. */
  text: string;
  onGo: (address: string) => void;
}

/** Sessions that the server finds. */
export function PaletteSessions({ tenant, text, onGo }: PaletteSessionsProps) {
  const { data } = useQuery(foundSessionsQuery(tenant, useDeferredValue(text)));
  if (data === undefined || data.items.length === 0) return null;
  return (
    <Command.Group heading="Sessions" className={PALETTE_GROUP}>
      {data.items.map(({ clientId, state, queuedMessages }) => (
        <Command.Item
          key={clientId}
          value={`session ${clientId}`}
          onSelect={() => onGo(sessionAddress(tenant, clientId))}
          className={PALETTE_ITEM}
        >
          <span className="truncate font-mono">{clientId}</span>
          <span className="ml-auto flex items-center gap-4 text-xs whitespace-nowrap text-quiet tabular-nums">
            {formatCountOf(queuedMessages, 'message')}
            <StateMark state={state} />
          </span>
        </Command.Item>
      ))}
    </Command.Group>
  );
}
