import type { SubscriptionRequest } from '@restante/mqtt-codec';
import { DEFAULT_POLICY } from '../policy.ts';
import { compileRoute } from './router.ts';
import type { Session } from '../sessions/session.ts';
import { Subscription } from '../sessions/subscription.ts';
import { FilterNode } from './filter-node.ts';

function aSession(isDurable = false): Session {
  return { isDurable, policy: DEFAULT_POLICY } as Session;
}

function aNode(topicFilter: string): FilterNode {
  return new FilterNode(topicFilter);
}

function subscribe(
  node: FilterNode,
  session: Session,
  { identifier = 0, ...options }: Partial<SubscriptionRequest> & { identifier?: number },
): void {
  const request = { qos: 0 as const, noLocal: false, retainAsPublished: false, retainHandling: 0 as const };
  const subscription = new Subscription(session, node.topicFilter, { ...request, ...options }, identifier);
  node.add(subscription);
}

test('a session whose filters overlap is one recipient, with the highest QoS and all identifiers [MQTT-3.3.4-2] [MQTT-3.3.4-3]', () => {
  const session = aSession();
  const nodes = [aNode('a'), aNode('+'), aNode('#')];
  subscribe(nodes[0], session, { qos: 1, identifier: 7 });
  subscribe(nodes[1], session, { qos: 2 });
  subscribe(nodes[2], session, { qos: 0, identifier: 9, retainAsPublished: true });
  const { recipients } = compileRoute(nodes);
  expect(recipients).toMatchObject([
    { session, qos: 2, subscriptionIdentifiers: [7, 9], retainAsPublished: true },
  ]);
});

test('no local holds only when every matching subscription has it', () => {
  const [one, other] = [aSession(), aSession()];
  const nodes = [aNode('a'), aNode('#')];
  subscribe(nodes[0], one, { noLocal: true });
  subscribe(nodes[1], one, { noLocal: false });
  subscribe(nodes[0], other, { noLocal: true });
  const { recipients } = compileRoute(nodes);
  expect(recipients.map(({ session, noLocal }) => [session === other, noLocal])).toEqual([
    [false, false],
    [true, true],
  ]);
});

test('only a durable session with a QoS above 0 is reached through logs', () => {
  const nodes = [aNode('a')];
  subscribe(nodes[0], aSession(true), { qos: 1 });
  subscribe(nodes[0], aSession(true), { qos: 0 });
  subscribe(nodes[0], aSession(false), { qos: 2 });
  expect(compileRoute(nodes).recipients.map(({ viaLog }) => viaLog)).toEqual([true, false, false]);
});

test('merging does not write into the identifiers of one subscription for another session', () => {
  const [one, other] = [aSession(), aSession()];
  const nodes = [aNode('a'), aNode('#')];
  for (const session of [one, other]) subscribe(nodes[0], session, { identifier: 1 });
  subscribe(nodes[1], one, { identifier: 2 });
  const identifiers = compileRoute(nodes).recipients.map((each) => each.subscriptionIdentifiers);
  expect(identifiers).toEqual([[1, 2], [1]]);
});
