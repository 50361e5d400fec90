import { Message } from '@restante/broker';
import type { QoS } from '@restante/mqtt-codec';
import type { ClientBase } from 'pg';

interface Row {
  tenantId: number;
  topic: string;
  payload: Buffer;
  qos: QoS;
  properties: Buffer;
  publishedAt: Date;
  expiresAt: Date | null;
}

/** All retained messages. Their order among other messages does not matter: it is 0. */
export async function readRetained(client: ClientBase): Promise<{ tenantId: number; message: Message }[]> {
  const { rows } = await client.query<Row>(SQL);
  return rows.map(({ tenantId, topic, payload, qos, properties, publishedAt, expiresAt }) => ({
    tenantId,
    message: new Message(
      {
        topic,
        payload,
        qos,
        retain: true,
        forwardedProperties: properties,
        publishedAt: publishedAt.getTime(),
        expiresAt: expiresAt?.getTime() ?? 0,
        publisherSessionId: 0,
      },
      0,
    ),
  }));
}

const SQL = `
SELECT tenant_id AS "tenantId", topic, payload, qos, properties, published_at AS "publishedAt", expires_at AS "expiresAt"
FROM retained`;
