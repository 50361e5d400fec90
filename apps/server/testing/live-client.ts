import { createClient } from 'graphql-ws';
import { WebSocket } from 'ws';

/** What one subscription was told, in order. */
export class Told<Value> {
  private readonly events: Value[] = [];
  private over: { error: unknown } | null = null;
  private onNews: () => void = () => undefined;
  end: () => void = () => undefined;

  note(value: Value): void {
    this.events.push(value);
    this.onNews();
  }

  finish(error: unknown): void {
    this.over ??= { error };
    this.onNews();
  }

  /** Of those not yet asked for, the first that is as wanted; those before it are passed over. */
  async next(isWanted: (value: Value) => boolean = () => true): Promise<Value> {
    for (;;) {
      while (this.events.length > 0) {
        const value = this.events.shift()!;
        if (isWanted(value)) return value;
      }
      if (this.over !== null) throw new Error(`It has ended: ${JSON.stringify(this.over.error)}`);
      await new Promise<void>((resolve) => (this.onNews = resolve));
    }
  }

  /** What it ended with: GraphQL's errors, the close of the socket, or null. */
  async ended(): Promise<unknown> {
    while (this.over === null) await new Promise<void>((resolve) => (this.onNews = resolve));
    return this.over.error;
  }
}

interface LiveOptions {
  /** Sent with the first message. */
  authorization?: string;
  /** Of the upgrade. */
  headers?: Record<string, string>;
}

/** A GraphQL client over one WebSocket, as an application has it. It does not come back by itself. */
export function liveClient(port: number, { authorization, headers = {} }: LiveOptions) {
  class Socket extends WebSocket {
    constructor(url: string, protocols: string[]) {
      super(url, protocols, { headers });
    }
  }
  const client = createClient({
    url: `ws://127.0.0.1:${port}/graphql`,
    webSocketImpl: Socket,
    connectionParams: authorization === undefined ? {} : { authorization },
    retryAttempts: 0,
    lazyCloseTimeout: 1_000,
  });
  return {
    /** @param field with its arguments and selection; its name is what the values stand under */
    // eslint-disable-next-line @typescript-eslint/no-explicit-any -- tests look into whatever came
    watch: (field: string, variables: Record<string, unknown> = {}): Told<any> => {
      const told = new Told<unknown>();
      const name = /\w+/.exec(field)![0];
      const query = `subscription { ${field} }`;
      told.end = client.subscribe<Record<string, unknown>>(
        { query, variables },
        {
          next: ({ data, errors }) => (errors ? told.finish(errors) : told.note(data![name])),
          error: (error) => told.finish(error),
          complete: () => told.finish(null),
        },
      );
      return told;
    },
    dispose: () => client.dispose(),
  };
}
