'use client';

import type { LedgerLine } from '@restante/api-client';
import Link from 'next/link';
import { formatBytes, formatCount } from '@/format/numbers.ts';
import { RelativeTime } from '@/interface/relative-time.tsx';
import { WideTable } from '@/interface/wide-table.tsx';
import { sessionAddress } from '@/sessions/addresses.ts';
import { reasonMeaning, reasonName } from './reasons.ts';

export function LedgerTable({ tenant, lines }: { tenant: string; lines: LedgerLine[] }) {
  return (
    <WideTable label="What did not arrive">
      <thead>
        <tr>
          <th className="w-28">Minute</th>
          <th className="w-48">Reason</th>
          <th>Client</th>
          <th>Topic</th>
          <th>Topic filter</th>
          <th className="figure w-24">Messages</th>
          <th className="figure w-24">Size</th>
        </tr>
      </thead>
      <tbody>
        {lines.map((line, index) => (
          <LedgerRow key={index} tenant={tenant} line={line} />
        ))}
      </tbody>
    </WideTable>
  );
}

function LedgerRow({ tenant, line }: { tenant: string; line: LedgerLine }) {
  const { at, kind, clientId, topic, topicFilter, reason, messages, bytes } = line;
  return (
    <tr data-testid="ledger-line">
      <td className="text-quiet">
        <RelativeTime iso={at} direction />
      </td>
      <td title={reasonMeaning(reason)}>
        {reasonName(reason)}
        {kind === 'refused' && <span className="text-quiet"> (not taken)</span>}
      </td>
      <td className="font-mono" title={clientId ?? undefined}>
        {clientId === null ? (
          <Untold />
        ) : (
          <Link href={sessionAddress(tenant, clientId)} className="door">
            {clientId}
          </Link>
        )}
      </td>
      <td className="font-mono" title={topic ?? undefined}>
        {topic ?? <Untold />}
      </td>
      <td className="font-mono text-quiet" title={topicFilter ?? undefined}>
        {topicFilter ?? <span className="font-sans">none</span>}
      </td>
      <td className="figure">{formatCount(messages)}</td>
      <td className="figure text-quiet">{bytes === null ? 'not known' : formatBytes(bytes)}</td>
    </tr>
  );
}

function Untold() {
  return <span className="font-sans text-quiet">not told apart</span>;
}
