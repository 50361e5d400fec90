/** What the end of a test run must know of the PostgreSQL that its beginning started. */
export interface SharedPostgres {
  directory: string;
  stop(): Promise<void>;
}
