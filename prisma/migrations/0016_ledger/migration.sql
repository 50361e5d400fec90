-- What did not arrive, and why: a line for each minute, session, filter, topic and reason. Written by the broker in the
-- batches that move the cursors, added to while the minute lasts, and kept for a time.
CREATE TABLE "public"."ledger" (
  "tenant_id" INTEGER NOT NULL,
  "at" TIMESTAMPTZ(3) NOT NULL,
  -- A digest of what tells this line from the others of its minute: topics are longer than an index takes.
  "key" BYTEA NOT NULL,
  "kind" TEXT NOT NULL,
  "client_id" TEXT COLLATE "C",
  "topic_filter" TEXT COLLATE "C",
  "topic" TEXT COLLATE "C",
  "reason" TEXT NOT NULL,
  "messages" BIGINT NOT NULL,
  "bytes" BIGINT,
  CONSTRAINT "ledger_pkey" PRIMARY KEY ("tenant_id", "at", "key")
) WITH (fillfactor = 80);
CREATE INDEX "ledger_client_id_idx" ON "public"."ledger" ("tenant_id", "client_id", "at");

CREATE VIEW "restante_read"."ledger" WITH (security_barrier) AS
SELECT t.tenant, l.at, l.kind, l.client_id, l.topic_filter, l.topic, l.reason, l.messages, l.bytes
FROM public.ledger l JOIN restante_read.tenants t ON t.id = l.tenant_id;

-- Messages whose publishers asked to be told what becomes of them. For sessions with a queue that is to be seen at their
-- cursors, as long as these are there and were not moved over the message without an acknowledgement.
CREATE TABLE "public"."receipt" (
  "tenant_id" INTEGER NOT NULL,
  "id" BIGINT NOT NULL,
  "topic" TEXT NOT NULL,
  "qos" SMALLINT NOT NULL,
  "published_at" TIMESTAMPTZ(3) NOT NULL,
  "expires_at" TIMESTAMPTZ(3),
  "kept_until" TIMESTAMPTZ(3) NOT NULL,
  -- Where it lies in logs: [{"filterId", "sequence", "topicFilter"}].
  "places" JSONB NOT NULL,
  "unnoted" INTEGER NOT NULL,
  CONSTRAINT "receipt_pkey" PRIMARY KEY ("tenant_id", "id")
);

-- What is known beside the cursors: who got it from memory, who lost it, who had it when its cursor ended.
CREATE TABLE "public"."receipt_session" (
  "receipt_id" BIGINT NOT NULL,
  -- 0: a shared group's.
  "session_id" BIGINT NOT NULL,
  -- 0: it was in no log.
  "filter_id" BIGINT NOT NULL,
  "client_id" TEXT COLLATE "C",
  "state" TEXT NOT NULL,
  "reason" TEXT,
  CONSTRAINT "receipt_session_pkey" PRIMARY KEY ("receipt_id", "session_id", "filter_id")
) WITH (fillfactor = 80);
CREATE INDEX "receipt_session_given_idx" ON "public"."receipt_session" ("receipt_id") WHERE "state" = 'given';

-- By the policy of its last connection: what it loses is copied first, so the store lets nothing go before that.
ALTER TABLE "public"."session" ADD COLUMN "dead_letters" BOOLEAN NOT NULL DEFAULT false;
CREATE INDEX "session_dead_letters_idx" ON "public"."session" ("id") WHERE "dead_letters";

CREATE TABLE "public"."dead_letter" (
  "tenant_id" INTEGER NOT NULL,
  "id" BIGINT NOT NULL,
  "client_id" TEXT COLLATE "C" NOT NULL,
  "topic_filter" TEXT COLLATE "C",
  "reason" TEXT NOT NULL,
  "at" TIMESTAMPTZ(3) NOT NULL,
  "topic" TEXT COLLATE "C" NOT NULL,
  "payload" BYTEA NOT NULL,
  "qos" SMALLINT NOT NULL,
  "retain" BOOLEAN NOT NULL,
  "properties" BYTEA NOT NULL,
  "published_at" TIMESTAMPTZ(3) NOT NULL,
  "expires_at" TIMESTAMPTZ(3),
  "bytes" BIGINT NOT NULL
);
-- All that the limits of a tenant are counted by.
CREATE UNIQUE INDEX "dead_letter_pkey" ON "public"."dead_letter" ("tenant_id", "id") INCLUDE ("bytes", "at");
ALTER TABLE "public"."dead_letter" ADD CONSTRAINT "dead_letter_pkey" PRIMARY KEY USING INDEX "dead_letter_pkey";
CREATE INDEX "dead_letter_client_id_idx" ON "public"."dead_letter" ("tenant_id", "client_id", "id");

CREATE VIEW "restante_read"."dead_letters" WITH (security_barrier) AS
SELECT t.tenant, d.id, d.client_id, d.topic_filter, d.reason, d.at, d.topic, d.payload, d.qos, d.retain, d.published_at,
  d.expires_at
FROM public.dead_letter d JOIN restante_read.tenants t ON t.id = d.tenant_id;

-- Who may read the other views may read these too.
DO $$
DECLARE reader NAME;
BEGIN
  FOR reader IN SELECT DISTINCT g."role" FROM "restante"."read_grant" g JOIN pg_roles r ON r.rolname = g."role" LOOP
    EXECUTE format('GRANT SELECT ON restante_read.ledger, restante_read.dead_letters TO %I', reader);
  END LOOP;
END $$;
