import type { ClientBase } from 'pg';

/** What a crash left with connections may have been acknowledged or not: it was sent. */
export async function endGivenReceipts(client: ClientBase): Promise<void> {
  await client.query("UPDATE receipt_session SET state = 'sent' WHERE state = 'given'");
}
