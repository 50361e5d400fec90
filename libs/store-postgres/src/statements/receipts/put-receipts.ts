import type { ReceiptRecord } from '@restante/broker';
import type { ClientBase } from 'pg';

export async function putReceipts(client: ClientBase, receipts: ReceiptRecord[]): Promise<void> {
  await client.query({ name: 'put-receipts', text: SQL, values: [JSON.stringify(receipts)] });
}

const SQL = `
INSERT INTO receipt (tenant_id, id, topic, qos, published_at, expires_at, kept_until, places, unnoted)
SELECT "tenantId", id, topic, qos, to_timestamp("publishedAt" / 1000.0), to_timestamp(nullif("expiresAt", 0) / 1000.0),
  to_timestamp("keptUntil" / 1000.0), places, unnoted
FROM jsonb_to_recordset($1::jsonb) AS new ("tenantId" int, id bigint, topic text, qos smallint, "publishedAt" float8,
  "expiresAt" float8, "keptUntil" float8, places jsonb, unnoted int)`;
