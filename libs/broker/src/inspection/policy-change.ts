import { giveWay } from '../giving-way.ts';
import type { Namespace } from '../namespace.ts';
import type { Policy } from '../policy.ts';
import type { Session } from '../sessions/session.ts';

/** Sessions that are changed before others have their turn. */
const AT_ONCE = 200;

/** Whose policy has changed lives by the new one while connected; the absent are read with it. */
export async function changePolicies(
  namespace: Namespace,
  policyOf: (username: string) => Policy | undefined,
): Promise<void> {
  const sessions = [...namespace.sessions.values()];
  for (const [index, session] of sessions.entries()) {
    if (index % AT_ONCE === AT_ONCE - 1) await giveWay();
    const policy = policyOf(session.username);
    if (policy !== undefined && session.connection !== null) change(session, policy);
  }
}

/** What its client was told in CONNACK and relies on stays until it connects again. */
function change(session: Session, policy: Policy): void {
  const { namespace } = session;
  session.policy = { ...policy, topicAliasMaximum: session.policy.topicAliasMaximum };
  namespace.policyChanged(session);
  // What is over a lower limit goes now.
  session.wake();
}
