import type { RetainedQuery, StoredRetained } from '@restante/broker';
import type { ClientBase, Pool } from 'pg';

type Row = Omit<StoredRetained, 'publishedAt' | 'expiresAt'> & { publishedAt: Date; expiresAt: Date | null };

/** A tenant's retained messages by topic, each with so many bytes of its payload at the most. */
export async function listRetained(
  client: ClientBase | Pool,
  tenantId: number,
  { prefix, after, limit, payloadBytes }: RetainedQuery,
): Promise<StoredRetained[]> {
  const values = [tenantId, after ?? '', prefix, limit, payloadBytes];
  const { rows } = await client.query<Row>({ name: 'list-retained', text: SQL, values });
  return rows.map(({ publishedAt, expiresAt, ...row }) => ({
    ...row,
    publishedAt: publishedAt.getTime(),
    expiresAt: expiresAt?.getTime() ?? 0,
  }));
}

/** The index has the first 200 characters; no character comes after U+10FFFF. */
const SQL = `
SELECT topic, qos, substring(payload FROM 1 FOR $5) AS payload, length(payload) AS "payloadBytes",
  properties AS "forwardedProperties", published_at AS "publishedAt", expires_at AS "expiresAt"
FROM retained
WHERE tenant_id = $1
  AND left(topic, 200) >= greatest(left($2, 200) COLLATE "C", left($3, 200) COLLATE "C") AND left(topic, 200) < left($3, 200) || U&'\\+10FFFF'
  AND topic > $2 AND starts_with(topic, $3) AND (expires_at IS NULL OR expires_at > now())
ORDER BY left(topic, 200), topic
LIMIT $4`;
