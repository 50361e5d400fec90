/** Bounds of the engine itself, below every policy. Bytes and milliseconds. */

/** A connection that has not sent a complete CONNECT by then is closed. */
export const CONNECT_TIMEOUT_MS = 10_000;

/**
 * More than this waiting to be sent to one client: its queue waits where it is, and who publishes QoS 0 to it is
 * not read from until it has drained.
 */
export const CONGESTED_BYTES = 1024 * 1024;

/** Beyond this, or when a congested client does not drain for this long, QoS 0 messages for it are dropped. */
export const MAX_OUTGOING_BYTES = 16 * 1024 * 1024;
export const STALL_MS = 1_000;

/** More than this waiting to be committed: publishers are no longer read from. */
export const MAX_UNCOMMITTED_BYTES = 64 * 1024 * 1024;

/** How long a cursor or a QoS 1 window may be ahead of the database: losing it costs a redelivery, no message. */
export const CHECKPOINT_MS = 25;

/** Entries of a durable filter kept in memory behind its head, for sessions that are online but not at the tail. */
export const MAX_TAIL_ENTRIES = 1_000;
export const MAX_TAIL_BYTES = 1024 * 1024;

/** One turn sends at most this many messages to one session, so that others are served too. */
export const MAX_MESSAGES_A_TURN = 500;

/** After this long a step of a turn leaves the rest to the next turn. */
export const MAX_STEP_MS = 5;

/** What one connection may cause in one turn, in messages taken in and sent on; and when the turn has become long. */
export const FULL_SHARE = 10_000;
export const SMALL_SHARE = 100;

/**
 * QoS 1 and 2 messages waiting in memory for a client that is online: with more, who publishes to it is not read from
 * until half of them are gone, or the client has been behind for `STALL_MS`.
 */
export const LONG_QUEUE_MESSAGES = 1_000;
export const LONG_QUEUE_BYTES = 1024 * 1024;

/** Section 3.1.3.1 leaves the limit to the server; UTF-8. */
export const MAX_CLIENT_IDENTIFIER_BYTES = 1_024;

/** Topic aliases given on one connection, whatever the client would take. */
export const MAX_OUTGOING_ALIASES = 1_000;

/** Topics, and sets of filters that match together, remembered a tenant. */
export const MAX_CACHED_ROUTES = 10_000;

/** Pause before the database is asked again after it could not be reached. */
export const RETRY_MIN_MS = 50;
export const RETRY_MAX_MS = 2_000;

/** Absent sessions whose expiry or will is due, handled in one sweep. */
export const MAX_DUE_SESSIONS = 500;

/** Log rows removed in one turn of the reclaimer, its turns in one sweep, and the pause that leaves room for others. */
export const MAX_RECLAIMED_ROWS = 1_000;
export const MAX_RECLAIMS_A_SWEEP = 30;
export const RECLAIM_PAUSE_MS = 20;

/** Lines of a tenant's ledger: the newest are kept. */
export const MAX_LEDGER_LINES = 100_000;

/** Receipts of a tenant, the newest are kept; and for how long. */
export const MAX_RECEIPTS = 10_000;
export const RECEIPT_KEPT_MS = 86_400_000;

/** Of a message with a receipt: sessions that get it from memory and are noted; of a tenant: those watched for it. */
export const MAX_RECIPIENTS_NOTED = 1_000;
export const MAX_RECIPIENTS_WATCHED = 100_000;

/** Dead letters of a tenant, the newest are kept; their bytes; and for how long. */
export const MAX_DEAD_LETTERS = 10_000;
export const MAX_DEAD_LETTER_BYTES = 64 * 1024 * 1024;
export const DEAD_LETTER_KEPT_MS = 7 * 86_400_000;

/** Expired retained messages of a tenant removed in one sweep. */
export const MAX_EXPIRED_RETAINED = 1_000;

/** Who watches queues looks at them this often, and rests so many times as long as that took, but no longer than this. */
export const LOOK_EVERY_MS = 1_000;
export const REST_PER_LOOK = 4;
export const MAX_LOOK_PAUSE_MS = 10_000;

/** In one look at a tenant's queues: sessions that are online, and how many of them without a pause for others. */
export const SESSIONS_A_LOOK = 20_000;
export const SESSIONS_A_TURN = 1_000;

/** In one look at a tenant's queues: pages of who follows the logs that messages came into, their size, logs a page. */
export const PAGES_A_LOOK = 4;
export const FOLLOWERS_A_PAGE = 500;
export const LOGS_A_PAGE = 500;

/** Of how many of a tenant's queues is remembered that they were told to be filling, or to be waiting for their client. */
export const MAX_WATCHED_QUEUES = 50_000;

/** That messages wait for an absent client is told again after this. */
export const ABSENT_TOLD_EVERY_MS = 60_000;
