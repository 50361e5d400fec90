import pg from 'pg';

const CHANNEL = 'restante_outbox';
const MAX_READ = 500;

/** A message that an application's transaction has left, and that is not published yet. */
export interface OutboxMessage {
  id: number;
  tenantId: number;
  topic: string;
  payload: Buffer;
  qos: 0 | 1 | 2;
  retain: boolean;
  properties: Record<string, unknown>;
}

/** What SQL has published (`restante.publish`), and the news that there is some. */
export class Outbox {
  private client: pg.Client | null = null;
  private hasNews = false;
  private onNews: () => void = () => undefined;

  constructor(private readonly databaseUrl: string) {}

  /**
   * The oldest messages but for those whose identifiers are given, and for those of some tenants. Transactions commit in
   * another order than they have taken their identifiers: there is no identifier behind which all is read.
   */
  async read(except: number[], exceptTenants: number[]): Promise<OutboxMessage[]> {
    const client = await this.connected();
    this.hasNews = false;
    const { rows } = await client.query<Omit<OutboxMessage, 'id'> & { id: string }>(SQL, [
      except,
      exceptTenants,
      MAX_READ,
    ]);
    return rows.map((row) => ({ ...row, id: Number(row.id) }));
  }

  /** Resolves when a transaction has left something since the last read, or after so many milliseconds. */
  async news(timeoutMs: number): Promise<void> {
    if (this.hasNews) return;
    let timer: NodeJS.Timeout | undefined;
    await new Promise<void>((resolve) => {
      this.onNews = resolve;
      timer = setTimeout(resolve, timeoutMs);
    });
    clearTimeout(timer);
  }

  /** Whoever waits for news, waits no longer. */
  wake(): void {
    this.hasNews = true;
    this.onNews();
  }

  private async connected(): Promise<pg.Client> {
    if (this.client !== null) return this.client;
    const client = new pg.Client({ connectionString: this.databaseUrl, application_name: 'restante outbox' });
    // A connection that breaks is replaced at the next read.
    const forget = () => {
      if (this.client === client) this.client = null;
    };
    client.on('error', forget);
    client.on('end', forget);
    client.on('notification', () => this.wake());
    await client.connect();
    await client.query(`LISTEN ${CHANNEL}`);
    this.client = client;
    return client;
  }

  async close(): Promise<void> {
    const { client } = this;
    this.client = null;
    this.wake();
    await client?.end();
  }
}

const SQL = `
SELECT o.id, o.tenant_id AS "tenantId", o.topic, o.payload, o.qos, o.retain, o.properties
FROM restante.outbox o JOIN public.tenant t ON t.id = o.tenant_id
WHERE t.suspended_at IS NULL AND o.id <> ALL ($1::bigint[]) AND o.tenant_id <> ALL ($2::int[])
ORDER BY o.id LIMIT $3`;
