'use client';

import type { Inflight } from '@restante/api-client';
import { useQuery } from '@tanstack/react-query';
import { EmptyNote } from '@/interface/empty-note.tsx';
import { FailureNote } from '@/interface/failure-note.tsx';
import { SectionHeading } from '@/interface/heading.tsx';
import { WideTable } from '@/interface/wide-table.tsx';
import { inflightQuery } from '@/sessions/sessions.ts';

const WAITING_FOR: Record<string, string> = {
  'publish-sent/1': 'PUBLISH sent, waits for PUBACK',
  'publish-sent/2': 'PUBLISH sent, waits for PUBREC',
  'pubrel-sent/2': 'PUBREL sent, waits for PUBCOMP',
};

/** What was sent to the client and is not yet acknowledged. */
export function InflightTable({ tenant, clientId }: { tenant: string; clientId: string }) {
  const { data, error } = useQuery(inflightQuery(tenant, clientId));
  return (
    <section>
      <SectionHeading>In flight</SectionHeading>
      {data === undefined && <FailureNote error={error} />}
      {data?.items.length === 0 && <EmptyNote>Nothing is in flight.</EmptyNote>}
      {data !== undefined && data.items.length > 0 && (
        <WideTable label="In flight">
          <thead>
            <tr>
              <th className="w-40">Packet identifier</th>
              <th className="w-20">QoS</th>
              <th className="w-72">State</th>
              <th>Topic name</th>
            </tr>
          </thead>
          <tbody>
            {data.items.map((message) => (
              <InflightRow key={message.packetIdentifier} {...message} />
            ))}
          </tbody>
        </WideTable>
      )}
    </section>
  );
}

function InflightRow({ packetIdentifier, qos, state, topic }: Inflight) {
  return (
    <tr>
      <td>{packetIdentifier}</td>
      <td>{qos}</td>
      <td className="text-quiet">{WAITING_FOR[`${state}/${qos}`] ?? state}</td>
      <td className="font-mono" title={topic ?? undefined}>
        {topic ?? <span className="font-sans text-quiet">delivered</span>}
      </td>
    </tr>
  );
}
