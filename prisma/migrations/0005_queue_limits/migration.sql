-- The limits of a queue stand beside it: of a session as of its last connection, of a shared group under its cursor.
ALTER TABLE "session"
  ADD COLUMN "overflow" TEXT NOT NULL DEFAULT 'drop-oldest',
  ADD COLUMN "max_queued_messages" BIGINT NOT NULL DEFAULT 10000,
  ADD COLUMN "max_queued_bytes" BIGINT NOT NULL DEFAULT 67108864,
  -- While the session is absent it keeps only the newest message of each topic.
  ADD COLUMN "keep_last_per_topic" BOOLEAN NOT NULL DEFAULT false;
UPDATE "session" SET "max_queued_messages" = "keeps_newest" WHERE "keeps_newest" <> 10000;
UPDATE "session" SET "overflow" = 'drop-newest' WHERE "keeps_newest" IS NULL;
ALTER TABLE "session" DROP COLUMN "keeps_newest";

-- Queues that refuse publishers when they are full are watched from the start on.
CREATE INDEX "session_reject_publisher_idx" ON "session" ("id") WHERE "overflow" = 'reject-publisher';

-- Null for sessions, whose row says it.
ALTER TABLE "cursor"
  ADD COLUMN "overflow" TEXT,
  ADD COLUMN "max_queued_messages" BIGINT,
  ADD COLUMN "max_queued_bytes" BIGINT;
UPDATE "cursor" SET "overflow" = CASE WHEN "keeps_newest" IS NULL THEN 'drop-newest' ELSE 'drop-oldest' END,
  "max_queued_messages" = coalesce("keeps_newest", 10000), "max_queued_bytes" = 67108864
  WHERE "session_id" = 0;
ALTER TABLE "cursor" DROP COLUMN "keeps_newest";

-- What a queue holds at the most, whatever lies in its logs; null: all of it.
CREATE FUNCTION "kept_messages"("overflow" TEXT, "max_queued_messages" BIGINT) RETURNS BIGINT
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
  SELECT CASE WHEN "overflow" <> 'reject-publisher' THEN "max_queued_messages" END
$$;

-- From this sequence number on the newest message of each topic is known; null: nobody asks for it.
ALTER TABLE "durable_filter" ADD COLUMN "newest_from" BIGINT;

CREATE TABLE "newest_message" (
  "filter_id" BIGINT NOT NULL,
  "topic" TEXT COLLATE "C" NOT NULL,
  "sequence" BIGINT NOT NULL,
  "bytes" BIGINT NOT NULL
) WITH (fillfactor = 70);
CREATE UNIQUE INDEX "newest_message_filter_id_topic_key" ON "newest_message" ("filter_id", "name_key"("topic"));
CREATE INDEX "newest_message_filter_id_sequence_idx" ON "newest_message" ("filter_id", "sequence");

-- A batch also fails when the database does not hold the one before it: a standby that took over without all commits.
DROP FUNCTION "begin_batch"(BIGINT, BIGINT, BIGINT, BIGINT, BIGINT);
CREATE FUNCTION "begin_batch"(
  "writer_epoch" BIGINT, "number" BIGINT, "number_before" BIGINT,
  "order_after" BIGINT, "session_id_after" BIGINT, "filter_id_after" BIGINT
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
  IF present."last_batch" <> "number_before" THEN
    RAISE EXCEPTION 'the database has lost commits: it is at batch %, and % was committed',
      present."last_batch", "number_before" USING ERRCODE = 'RS003';
  END IF;
  UPDATE "writer" SET "last_batch" = "number", "next_order" = "order_after",
    "next_session_id" = "session_id_after", "next_filter_id" = "filter_id_after", "seen_at" = now() WHERE "id" = 1;
END $$;
