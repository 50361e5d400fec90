import type { LedgerSum, LedgerSummary } from '@restante/api-client';
import Link from 'next/link';
import { formatCount } from '@/format/numbers.ts';
import { ledgerAddress, type LedgerFilter } from './ledger.ts';
import { reasonMeaning, reasonName } from './reasons.ts';

interface LedgerSumsProps {
  tenant: string;
  filter: LedgerFilter;
  summary: LedgerSummary;
}

/** Who lost how much and why; each sum leads to what it adds up. */
export function LedgerSums({ tenant, filter, summary }: LedgerSumsProps) {
  const door = (part: keyof LedgerFilter) => (sum: LedgerSum) =>
    sum.value === null ? null : ledgerAddress(tenant, { ...filter, kind: sum.kind, [part]: sum.value });
  return (
    <div className="mb-6 grid gap-x-12 gap-y-4 lg:grid-cols-3">
      <Sums name="By reason" sums={summary.byReason} door={door('reason')} isReason />
      <Sums name="By client" sums={summary.byClientId} door={door('clientId')} />
      <Sums name="By topic" sums={summary.byTopic} door={door('topic')} />
    </div>
  );
}

interface SumsProps {
  name: string;
  sums: LedgerSum[];
  /** null: there is no list of just these. */
  door: (sum: LedgerSum) => string | null;
  isReason?: boolean;
}

export function Sums({ name, sums, door, isReason = false }: SumsProps) {
  return (
    <section aria-label={name} className="min-w-0">
      <h2 className="border-b border-frame pb-1 text-[13px] text-quiet">{name}</h2>
      <ul className="text-[13px] tabular-nums">
        {sums.map((sum) => (
          <Line key={`${sum.kind} ${sum.value}`} sum={sum} address={door(sum)} isReason={isReason} />
        ))}
      </ul>
    </section>
  );
}

function Line({ sum, address, isReason }: { sum: LedgerSum; address: string | null; isReason: boolean }) {
  const { value, kind, messages } = sum;
  const name = value === null ? 'not told apart' : isReason ? reasonName(value) : value;
  const isPlain = value === null || isReason;
  const count = formatCount(messages);
  return (
    <li
      className="flex h-8 items-center justify-between gap-4 border-b border-hairline"
      title={isReason && value !== null ? reasonMeaning(value) : (value ?? undefined)}
      data-testid={isReason ? `lost-${value}` : undefined}
    >
      <span
        className={`min-w-0 truncate ${isPlain ? '' : 'font-mono'} ${value === null ? 'text-quiet' : ''}`}
      >
        {name}
        {kind === 'refused' && <span className="font-sans text-quiet"> (not taken)</span>}
      </span>
      {address === null ? (
        <span>{count}</span>
      ) : (
        <Link href={address} className="door" aria-label={`${count} messages: ${name}`}>
          {count}
        </Link>
      )}
    </li>
  );
}
