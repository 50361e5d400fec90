-- Sessions and their queues: a log for each durable filter, a cursor for each session (docs/ARCHITECTURE.md).
-- Written by the broker alone, in bulk, identifiers are given out by it. There are no foreign keys on purpose:
-- the broker is the only writer, and a check a row would cost more than the row.

-- One row: who may write. A server that takes over raises the epoch, a batch of an older epoch changes nothing.
CREATE TABLE "writer" (
  "id" SMALLINT NOT NULL DEFAULT 1,
  "epoch" BIGINT NOT NULL DEFAULT 0,
  "last_batch" BIGINT NOT NULL DEFAULT 0,
  -- The first identifiers not given out: none is used again, whatever was deleted.
  "next_order" BIGINT NOT NULL DEFAULT 1,
  "next_session_id" BIGINT NOT NULL DEFAULT 1,
  "next_filter_id" BIGINT NOT NULL DEFAULT 1,
  "seen_at" TIMESTAMPTZ(3) NOT NULL DEFAULT now(),
  CONSTRAINT "writer_pkey" PRIMARY KEY ("id")
);
INSERT INTO "writer" DEFAULT VALUES;

CREATE TABLE "session" (
  "id" BIGINT NOT NULL,
  "tenant_id" INTEGER NOT NULL,
  "client_id" TEXT COLLATE "C" NOT NULL,
  "epoch" BIGINT NOT NULL,
  "username" TEXT NOT NULL,
  "protocol_version" SMALLINT NOT NULL,
  "clean_start" BOOLEAN NOT NULL,
  "keep_alive_seconds" INTEGER NOT NULL,
  "expiry_seconds" BIGINT NOT NULL,
  "created_at" TIMESTAMPTZ(3) NOT NULL,
  "connected_at" TIMESTAMPTZ(3),
  "disconnected_at" TIMESTAMPTZ(3),
  "expires_at" TIMESTAMPTZ(3),
  "will_topic" TEXT,
  "will_payload" BYTEA,
  "will_qos" SMALLINT,
  "will_retain" BOOLEAN,
  "will_properties" BYTEA,
  "will_delay_seconds" BIGINT,
  "will_expiry_seconds" BIGINT,
  "will_at" TIMESTAMPTZ(3),
  "dropped_messages" BIGINT NOT NULL,
  -- Under drop-oldest: how many messages its queue holds at the most, what lies before is free to go.
  "keeps_newest" INTEGER,
  CONSTRAINT "session_pkey" PRIMARY KEY ("id")
) WITH (fillfactor = 80);
CREATE UNIQUE INDEX "session_tenant_id_client_id_key" ON "session" ("tenant_id", "client_id");
CREATE INDEX "session_expires_at_idx" ON "session" ("expires_at") WHERE "expires_at" IS NOT NULL;
CREATE INDEX "session_will_at_idx" ON "session" ("will_at") WHERE "will_at" IS NOT NULL;
CREATE INDEX "session_connected_idx" ON "session" ("id") WHERE "connected_at" IS NOT NULL;

-- What changes with every exchange of packets, packed as libs/store-postgres/src/session-state.ts says.
CREATE TABLE "session_state" (
  "session_id" BIGINT NOT NULL,
  "epoch" BIGINT NOT NULL,
  "inflight" BYTEA NOT NULL,
  "received" BYTEA NOT NULL,
  CONSTRAINT "session_state_pkey" PRIMARY KEY ("session_id")
) WITH (fillfactor = 50);

CREATE TABLE "subscription" (
  "session_id" BIGINT NOT NULL,
  "topic_filter" TEXT COLLATE "C" NOT NULL,
  "qos" SMALLINT NOT NULL,
  "no_local" BOOLEAN NOT NULL,
  "retain_as_published" BOOLEAN NOT NULL,
  "retain_handling" SMALLINT NOT NULL,
  "identifier" INTEGER NOT NULL,
  CONSTRAINT "subscription_pkey" PRIMARY KEY ("session_id", "topic_filter")
);

-- A topic filter whose messages are kept, without one: the own log of a single session.
CREATE TABLE "durable_filter" (
  "id" BIGINT NOT NULL,
  "tenant_id" INTEGER NOT NULL,
  "topic_filter" TEXT COLLATE "C",
  "deleted_at" TIMESTAMPTZ(3),
  CONSTRAINT "durable_filter_pkey" PRIMARY KEY ("id")
);
CREATE INDEX "durable_filter_tenant_id_idx" ON "durable_filter" ("tenant_id");
CREATE INDEX "durable_filter_deleted_at_idx" ON "durable_filter" ("id") WHERE "deleted_at" IS NOT NULL;

-- Where a session stands in a filter's log. No indexed column changes, so that updates stay on their page (HOT).
CREATE TABLE "cursor" (
  "session_id" BIGINT NOT NULL,
  "filter_id" BIGINT NOT NULL,
  "floor" BIGINT NOT NULL,
  "done" INT8MULTIRANGE NOT NULL,
  "consumed_bytes" BIGINT NOT NULL,
  "retire_at" BIGINT,
  CONSTRAINT "cursor_pkey" PRIMARY KEY ("session_id", "filter_id")
) WITH (fillfactor = 50);
CREATE INDEX "cursor_filter_id_idx" ON "cursor" ("filter_id");

-- Messages of one commit, packed (libs/store-postgres/src/segment.ts says how).
CREATE TABLE "segment" (
  "id" BIGINT NOT NULL,
  "first_order" BIGINT NOT NULL,
  "data" BYTEA NOT NULL,
  CONSTRAINT "segment_pkey" PRIMARY KEY ("id")
);
ALTER TABLE "segment" ALTER COLUMN "data" SET STORAGE EXTERNAL;

-- Consecutive entries of a filter's log that lie in one segment.
CREATE TABLE "log_run" (
  "filter_id" BIGINT NOT NULL,
  "last_sequence" BIGINT NOT NULL,
  "first_sequence" BIGINT NOT NULL,
  "entries" INTEGER NOT NULL,
  "bytes" BIGINT NOT NULL,
  "bytes_before" BIGINT NOT NULL,
  "segment_id" BIGINT NOT NULL,
  "places_at" INTEGER NOT NULL,
  "data_at" INTEGER NOT NULL,
  "data_length" INTEGER NOT NULL,
  CONSTRAINT "log_run_pkey" PRIMARY KEY ("filter_id", "last_sequence")
);
CREATE INDEX "log_run_segment_id_idx" ON "log_run" ("segment_id");

CREATE TABLE "retained" (
  "tenant_id" INTEGER NOT NULL,
  "topic" TEXT COLLATE "C" NOT NULL,
  "payload" BYTEA NOT NULL,
  "qos" SMALLINT NOT NULL,
  "properties" BYTEA NOT NULL,
  "published_at" TIMESTAMPTZ(3) NOT NULL,
  "expires_at" TIMESTAMPTZ(3),
  CONSTRAINT "retained_pkey" PRIMARY KEY ("tenant_id", "topic")
);

-- Begins a batch: fails when another server is the writer, or when the batch is already there.
CREATE FUNCTION "begin_batch"(
  "writer_epoch" BIGINT, "number" BIGINT, "order_after" BIGINT, "session_id_after" BIGINT, "filter_id_after" BIGINT
) RETURNS VOID
LANGUAGE plpgsql AS $$
DECLARE present "writer"%ROWTYPE;
BEGIN
  SELECT * INTO present FROM "writer" WHERE "id" = 1 FOR UPDATE;
  IF present."epoch" <> "writer_epoch" THEN
    RAISE EXCEPTION 'another server is the writer (epoch %, not %)', present."epoch", "writer_epoch" USING ERRCODE = 'RS001';
  END IF;
  IF present."last_batch" >= "number" THEN
    RAISE EXCEPTION 'batch % is already committed', "number" USING ERRCODE = 'RS002';
  END IF;
  UPDATE "writer" SET "last_batch" = "number", "next_order" = "order_after",
    "next_session_id" = "session_id_after", "next_filter_id" = "filter_id_after", "seen_at" = now() WHERE "id" = 1;
END $$;

-- How many numbers a set of ranges holds.
CREATE FUNCTION "range_count"("ranges" INT8MULTIRANGE) RETURNS BIGINT
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
  SELECT coalesce(sum(upper(r) - lower(r)), 0)::BIGINT FROM unnest("ranges") AS r
$$;
