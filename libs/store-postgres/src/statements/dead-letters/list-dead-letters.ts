import type { DeadLetterQuery, StoredDeadLetter } from '@restante/broker';
import type { ClientBase, Pool } from 'pg';
import { int8Array } from '../../rows/binary-arrays.ts';
import { Parameters } from '../../lists/session-filter.ts';

type Row = Omit<StoredDeadLetter, 'at' | 'publishedAt' | 'expiresAt'> & {
  at: Date;
  publishedAt: Date;
  expiresAt: Date | null;
};

const columns = (
  payload: string,
) => `id, client_id AS "clientId", topic_filter AS "topicFilter", reason, at, topic,
  ${payload} AS payload, length(payload) AS "payloadBytes", qos, retain, properties AS "forwardedProperties",
  published_at AS "publishedAt", expires_at AS "expiresAt"`;

/** A tenant's dead letters, the newest first, each with so many bytes of its payload at the most. */
export async function listDeadLetters(
  client: ClientBase | Pool,
  tenantId: number,
  { clientId, reason, before, limit, payloadBytes }: DeadLetterQuery,
): Promise<StoredDeadLetter[]> {
  const $ = new Parameters();
  const conditions = [`tenant_id = ${$.add(tenantId)}`];
  if (clientId !== undefined) conditions.push(`client_id = ${$.add(clientId)}`);
  if (reason !== undefined) conditions.push(`reason = ${$.add(reason)}`);
  if (before !== undefined) conditions.push(`id < ${$.add(before)}`);
  const text = `
SELECT ${columns(`substring(payload FROM 1 FOR ${$.add(payloadBytes)})`)} FROM dead_letter
WHERE ${conditions.join(' AND ')} ORDER BY id DESC LIMIT ${$.add(limit)}`;
  const { rows } = await client.query<Row>(text, $.values);
  return rows.map(toStored);
}

/** Some of them, whole, in order; those that are not there are left out. */
export async function readDeadLetters(
  client: ClientBase | Pool,
  tenantId: number,
  ids: number[],
): Promise<StoredDeadLetter[]> {
  const { rows } = await client.query<Row>({
    name: 'read-dead-letters',
    text: `SELECT ${columns('payload')} FROM dead_letter WHERE tenant_id = $1 AND id = ANY($2::bigint[]) ORDER BY id`,
    values: [tenantId, int8Array(ids)],
  });
  return rows.map(toStored);
}

function toStored({ at, publishedAt, expiresAt, ...row }: Row): StoredDeadLetter {
  return {
    ...row,
    at: at.getTime(),
    publishedAt: publishedAt.getTime(),
    expiresAt: expiresAt?.getTime() ?? 0,
  };
}
