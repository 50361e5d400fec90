'use client';

import type { TenantSubscription } from '@restante/api-client';
import Link from 'next/link';
import { useRouter } from 'next/navigation';
import { useRowKeys } from '@/interface/use-row-keys.ts';
import { useTableCursor } from '@/interface/use-table-cursor.ts';
import { sessionAddress } from '@/sessions/addresses.ts';
import { StateMark } from '@/sessions/state-mark.tsx';

interface SubscriptionListProps {
  tenant: string;
  subscriptions: TenantSubscription[];
}

export function SubscriptionList({ tenant, subscriptions }: SubscriptionListProps) {
  const router = useRouter();
  const { body, onMove } = useTableCursor();
  const onOpen = (index: number) => router.push(sessionAddress(tenant, subscriptions[index].clientId));
  const cursor = useRowKeys({ count: subscriptions.length, onMove, onOpen });
  return (
    <div className="relative overflow-x-auto" tabIndex={0} role="region" aria-label="List of subscriptions">
      <table className="ledger min-w-[900px] table-fixed">
        <thead>
          <tr>
            <th>Topic filter</th>
            <th className="w-[24%]">Client identifier</th>
            <th className="w-20">State</th>
            <th className="w-[12%]">Credential</th>
            <th className="figure w-12">QoS</th>
            <th className="w-38 pl-6">While it is offline</th>
            <th className="w-[14%]">Options</th>
          </tr>
        </thead>
        <tbody ref={body}>
          {subscriptions.map((subscription, index) => (
            <Row
              key={`${subscription.clientId} ${subscription.topicFilter}`}
              tenant={tenant}
              subscription={subscription}
              isAtCursor={index === cursor}
            />
          ))}
        </tbody>
      </table>
    </div>
  );
}

interface RowProps {
  tenant: string;
  subscription: TenantSubscription;
  isAtCursor: boolean;
}

function Row({ tenant, subscription, isAtCursor }: RowProps) {
  const { clientId, topicFilter, state, username, qos } = subscription;
  return (
    <tr
      data-testid={`subscription-row-${clientId}`}
      aria-current={isAtCursor ? 'true' : undefined}
      className={isAtCursor ? 'bg-sunken' : ''}
    >
      <td className="font-mono" title={topicFilter}>
        {topicFilter}
      </td>
      <td className="font-mono" title={clientId}>
        <Link href={sessionAddress(tenant, clientId)} className="door">
          {clientId}
        </Link>
      </td>
      <td>
        <StateMark state={state} />
      </td>
      <td className="text-quiet" title={username}>
        {username}
      </td>
      <td className="figure">{qos}</td>
      <td className="pl-6 text-quiet">{fateOf(subscription)}</td>
      <td className="text-quiet">{optionsOf(subscription).join(', ')}</td>
    </tr>
  );
}

function fateOf({ outlivesConnection, qos }: TenantSubscription): string {
  if (!outlivesConnection) return 'ends with it';
  return qos === 0 ? 'nothing waits' : 'messages wait';
}

function optionsOf(subscription: TenantSubscription): string[] {
  const { shareName, noLocal, retainAsPublished, subscriptionIdentifier } = subscription;
  return [
    ...(shareName === null ? [] : [`shared as ${shareName}`]),
    ...(noLocal ? ['no local'] : []),
    ...(retainAsPublished ? ['retain as published'] : []),
    ...(subscriptionIdentifier === null ? [] : [`identifier ${subscriptionIdentifier}`]),
  ];
}
