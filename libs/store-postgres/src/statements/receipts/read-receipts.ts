import type { ReceiptRecord } from '@restante/broker';
import type { ClientBase, Pool } from 'pg';

type Row = Omit<ReceiptRecord, 'publishedAt' | 'expiresAt' | 'keptUntil'> & {
  publishedAt: Date;
  expiresAt: Date | null;
  keptUntil: Date;
};

const COLUMNS = `tenant_id AS "tenantId", id, topic, qos, published_at AS "publishedAt", expires_at AS "expiresAt",
  kept_until AS "keptUntil", places, unnoted`;

/** All there are, the oldest first. */
export async function readReceipts(client: ClientBase | Pool): Promise<ReceiptRecord[]> {
  const { rows } = await client.query<Row>(`SELECT ${COLUMNS} FROM receipt ORDER BY id`);
  return rows.map(toRecord);
}

export async function readReceipt(
  client: ClientBase | Pool,
  tenantId: number,
  id: number,
): Promise<ReceiptRecord | undefined> {
  const { rows } = await client.query<Row>({
    name: 'read-receipt',
    text: `SELECT ${COLUMNS} FROM receipt WHERE tenant_id = $1 AND id = $2`,
    values: [tenantId, id],
  });
  return rows.map(toRecord)[0];
}

function toRecord({ publishedAt, expiresAt, keptUntil, ...row }: Row): ReceiptRecord {
  return {
    ...row,
    publishedAt: publishedAt.getTime(),
    expiresAt: expiresAt?.getTime() ?? 0,
    keptUntil: keptUntil.getTime(),
  };
}
