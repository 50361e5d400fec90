import { createTestDatabase } from '../harness/test-database.ts';
import { type Login, startServer, type TestServer } from '../harness/test-server.ts';

export interface StartedServer {
  server: TestServer;
  login: Login;
  databaseUrl: string;
  /** Ends it and removes its database. */
  dispose(): Promise<void>;
}

/** A server with a tenant and a credential, whose policy has `settings`, on a database of its own. */
export async function startServerWithTenant(settings: Record<string, unknown> = {}): Promise<StartedServer> {
  const database = await createTestDatabase();
  const server = await startServer({ env: { DATABASE_URL: database.url } });
  await server.createTenant('acme');
  const login = await server.createCredential('acme', 'device', settings);
  const dispose = async () => {
    await server.dispose();
    await database.drop();
  };
  return { server, login, databaseUrl: database.url, dispose };
}
