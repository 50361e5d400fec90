-- What every cursor has passed may be kept for a time, so that a session can be rewound.

-- By the policy of its last connection.
ALTER TABLE "session" ADD COLUMN "retention_seconds" INTEGER NOT NULL DEFAULT 0;

-- Head of the log when the subscription began: nothing before it was ever for it.
ALTER TABLE "subscription" ADD COLUMN "since" BIGINT;

-- From this sequence number on entries are kept, and none of them is left unwritten; null: they are not.
ALTER TABLE "durable_filter" ADD COLUMN "kept_from" BIGINT;

-- Of what is to be kept; null: it goes with the last cursor that passes it.
ALTER TABLE "log_run" ADD COLUMN "stored_at" TIMESTAMPTZ(3);
