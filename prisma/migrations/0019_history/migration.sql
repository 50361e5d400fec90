-- What a tenant's charts show: samples of ten seconds, and coarser ones made of them. Each kind is kept for as long as it is
-- shown. Tenant 0 is the platform: all tenants together; its samples also say when the server was there at all, since a
-- tenant's that would hold nothing but zeros are left out.
CREATE TABLE "public"."history_sample" (
  "tenant_id" INTEGER NOT NULL,
  "step_seconds" INTEGER NOT NULL,
  "at" TIMESTAMPTZ(0) NOT NULL,
  "online_sessions" DOUBLE PRECISION NOT NULL,
  "offline_sessions" DOUBLE PRECISION NOT NULL,
  "queued_messages" DOUBLE PRECISION NOT NULL,
  "queued_bytes" DOUBLE PRECISION NOT NULL,
  "messages_in" DOUBLE PRECISION NOT NULL,
  "messages_out" DOUBLE PRECISION NOT NULL,
  "bytes_in" DOUBLE PRECISION NOT NULL,
  "dropped_messages" DOUBLE PRECISION NOT NULL,
  CONSTRAINT "history_sample_pkey" PRIMARY KEY ("tenant_id", "step_seconds", "at")
);
CREATE INDEX "history_sample_step_seconds_at_idx" ON "public"."history_sample" ("step_seconds", "at");
