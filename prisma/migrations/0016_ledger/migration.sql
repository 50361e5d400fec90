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

-- Who may read the other views may read these too.
DO $$
DECLARE reader NAME;
BEGIN
  FOR reader IN SELECT DISTINCT g."role" FROM "restante"."read_grant" g JOIN pg_roles r ON r.rolname = g."role" LOOP
    EXECUTE format('GRANT SELECT ON restante_read.ledger TO %I', reader);
  END LOOP;
END $$;
