/** From and to, in seconds. */
export type Range = readonly [least: number, most: number];

export interface Publication {
  topic: string;
  payload: string;
  qos: 0 | 1 | 2;
  retain: boolean;
}

/** How a kind of device lives. */
export interface Habit {
  /** For its next connection. */
  clientId(): string;
  subscriptions: Record<string, 0 | 1 | 2>;
  /** How long the server keeps its session while it is away. 0: not at all. */
  sessionExpirySeconds: number;
  /** Stays so long, then is away so long. */
  onlineSeconds: Range;
  awaySeconds: Range;
  /** Of 1: how often it loses its network and does not say that it goes. */
  lostShare: number;
  /** Published for it when it was lost. */
  will: Publication | null;
  /** Publishes while it is online, once in so many seconds. null: listens alone. */
  publishes: { everySeconds: Range; next(): Publication } | null;
}
