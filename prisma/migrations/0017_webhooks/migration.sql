-- Who follows a log, a page at a time.
CREATE INDEX "cursor_filter_id_session_id_idx" ON "public"."cursor" ("filter_id", "session_id");
DROP INDEX "public"."cursor_filter_id_idx";

-- Where a tenant is told what happens to its clients and queues.
CREATE TABLE "public"."webhook" (
  "id" TEXT NOT NULL,
  "tenant_id" INTEGER NOT NULL,
  "url" TEXT NOT NULL,
  "description" TEXT NOT NULL DEFAULT '',
  "events" TEXT[] NOT NULL,
  "is_enabled" BOOLEAN NOT NULL DEFAULT true,
  "disabled_reason" TEXT,
  "secret" BYTEA NOT NULL,
  "previous_secret" BYTEA,
  "previous_until" TIMESTAMPTZ(3),
  "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT now(),
  "failing_since" TIMESTAMPTZ(3),
  "failed_attempts" INTEGER NOT NULL DEFAULT 0,
  "last_delivered_at" TIMESTAMPTZ(3),
  "given_up" BIGINT NOT NULL DEFAULT 0,
  CONSTRAINT "webhook_pkey" PRIMARY KEY ("id"),
  CONSTRAINT "webhook_tenant_id_fkey" FOREIGN KEY ("tenant_id") REFERENCES "public"."tenant" ("id") ON DELETE CASCADE
);
CREATE INDEX "webhook_tenant_id_idx" ON "public"."webhook" ("tenant_id");

-- Identifiers rise with time.
CREATE TABLE "public"."webhook_delivery" (
  "id" TEXT COLLATE "C" NOT NULL,
  "webhook_id" TEXT NOT NULL,
  "tenant_id" INTEGER NOT NULL,
  "event" TEXT NOT NULL,
  "body" TEXT NOT NULL,
  "state" TEXT NOT NULL DEFAULT 'waiting',
  "attempts" INTEGER NOT NULL DEFAULT 0,
  "created_at" TIMESTAMPTZ(3) NOT NULL,
  "next_attempt_at" TIMESTAMPTZ(3),
  "last_attempt_at" TIMESTAMPTZ(3),
  "last_status" INTEGER,
  "last_error" TEXT,
  CONSTRAINT "webhook_delivery_pkey" PRIMARY KEY ("id"),
  CONSTRAINT "webhook_delivery_webhook_id_fkey" FOREIGN KEY ("webhook_id") REFERENCES "public"."webhook" ("id")
    ON DELETE CASCADE
);
CREATE INDEX "webhook_delivery_webhook_id_id_idx" ON "public"."webhook_delivery" ("webhook_id", "id");
-- What is to be sent next, and what of a tenant's waits for the longest time.
CREATE INDEX "webhook_delivery_due_idx" ON "public"."webhook_delivery" ("webhook_id", "next_attempt_at")
  WHERE "state" = 'waiting';
CREATE INDEX "webhook_delivery_waiting_idx" ON "public"."webhook_delivery" ("tenant_id", "id") WHERE "state" = 'waiting';
