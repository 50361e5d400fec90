import { PrismaPg } from '@prisma/adapter-pg';
import { bindMigrationAwareSqlAdapterFactory } from '@prisma/driver-adapter-utils';
import * as bindings from '@prisma/schema-engine-wasm/schema_engine_bg';
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import path from 'node:path';
import pg from 'pg';

/** What is used of it; the types of the DOM library, which have it all, would bring a browser's globals with them. */
declare const WebAssembly: {
  compile(bytes: Uint8Array): Promise<object>;
  instantiate(module: object, imports: Record<string, object>): Promise<{ exports: Record<string, unknown> }>;
};

type SchemaEngine = bindings.SchemaEngine;

/** Whoever uses a table waits behind a migration that waits for it: so that may be short alone. */
const LOCK_TIMEOUT_MS = 2_000;
const PAUSE_MS = 1_000;
/** A minute and a half in all. */
const MAX_TRIES = 30;
/** PostgreSQL's error code for a lock that was not got in time. */
const LOCK_NOT_AVAILABLE = '55P03';
let loading: Promise<void> | null = null;

/**
 * Prisma's schema engine as WebAssembly: the one that `prisma migrate` runs, without a binary to download. Node
 * cannot import its .wasm by name, so it is instantiated here, once.
 */
async function load(): Promise<void> {
  const entry = createRequire(import.meta.url).resolve('@prisma/schema-engine-wasm/schema_engine_bg');
  const file = path.join(path.dirname(entry), 'schema_engine_bg.wasm');
  const module = await WebAssembly.compile(new Uint8Array(await readFile(file)));
  const { exports } = await WebAssembly.instantiate(module, { './schema_engine_bg.js': bindings });
  bindings.__wbg_set_wasm(exports);
  (exports.__wbindgen_start as () => void)();
}

/**
 * Prisma's adapter cuts a script at every semicolon, also within functions and comments. Sent whole, a script is
 * one transaction besides.
 */
class WholeScripts extends PrismaPg {
  private readonly opened: { dispose(): Promise<void> }[] = [];

  constructor(private readonly connectionString: string) {
    super({ connectionString });
  }

  override async connect() {
    const adapter = await super.connect();
    this.opened.push(adapter);
    adapter.executeScript = (script) => this.executeScript(script);
    return adapter;
  }

  /** A script that gets no lock has changed nothing, as it is one transaction: it is tried again. */
  private async executeScript(script: string): Promise<void> {
    for (let tries = 1; ; tries++) {
      try {
        return await this.tryScript(script);
      } catch (error) {
        const isLocked = (error as { code?: string }).code === LOCK_NOT_AVAILABLE;
        if (!isLocked || tries === MAX_TRIES) throw error;
        await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
      }
    }
  }

  private async tryScript(script: string): Promise<void> {
    // What is made concurrently waits for others while it keeps nobody waiting.
    const lock_timeout = /\bCONCURRENTLY\b/i.test(script) ? 0 : LOCK_TIMEOUT_MS;
    const { connectionString } = this;
    const client = new pg.Client({ connectionString, application_name: 'restante migration', lock_timeout });
    await client.connect();
    try {
      await client.query(script);
    } finally {
      await client.end();
    }
  }

  /** The engine leaves its connections open when it is freed. */
  async disconnect(): Promise<void> {
    for (const adapter of this.opened) await adapter.dispose();
  }
}

/** Runs `use` with an engine on a database. */
export async function withSchemaEngine<Result>(
  databaseUrl: string,
  use: (engine: SchemaEngine) => Promise<Result>,
): Promise<Result> {
  await (loading ??= load());
  const adapters = new WholeScripts(databaseUrl);
  const factory = bindMigrationAwareSqlAdapterFactory(adapters);
  const engine = await bindings.SchemaEngine.new({ datamodels: undefined }, () => undefined, factory);
  try {
    return await use(engine);
  } finally {
    engine.free();
    await adapters.disconnect();
  }
}
