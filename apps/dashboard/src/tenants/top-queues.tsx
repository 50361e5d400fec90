import { type Overview } from '@restante/api-client';
import Link from 'next/link';
import { formatBytes, formatCount } from '@/format/numbers.ts';
import { EmptyNote } from '@/interface/empty-note.tsx';
import { SectionHeading } from '@/interface/heading.tsx';
import { sessionAddress } from '@/sessions/addresses.ts';
import { StateMark } from '@/sessions/state-mark.tsx';

/** The deepest queues of the tenant, at most ten. */
export function TopQueues({ tenant, queues }: { tenant: string; queues: Overview['topQueues'] }) {
  return (
    <section>
      <SectionHeading>Deepest queues</SectionHeading>
      {queues.length === 0 ? (
        <EmptyNote>No session has messages waiting.</EmptyNote>
      ) : (
        <table className="ledger table-fixed">
          <thead>
            <tr>
              <th className="w-24">State</th>
              <th>Client identifier</th>
              <th className="figure w-40">Queued messages</th>
              <th className="figure w-40">Queued</th>
            </tr>
          </thead>
          <tbody>
            {queues.map(({ clientId, state, queuedMessages, queuedBytes }) => (
              <tr key={clientId}>
                <td>
                  <StateMark state={state} />
                </td>
                <td className="font-mono">
                  <Link href={sessionAddress(tenant, clientId)} className="door">
                    {clientId}
                  </Link>
                </td>
                <td className="figure">{formatCount(queuedMessages)}</td>
                <td className="figure text-quiet">{formatBytes(queuedBytes)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
    </section>
  );
}
