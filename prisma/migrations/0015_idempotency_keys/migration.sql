-- What requests with an Idempotency-Key were answered, so that the same request again does nothing twice.
CREATE TABLE "public"."idempotency_key" (
  "caller" TEXT NOT NULL,
  "key" TEXT NOT NULL,
  "request_hash" BYTEA NOT NULL,
  "answer" BYTEA,
  "busy_until" TIMESTAMPTZ(3) NOT NULL,
  "expires_at" TIMESTAMPTZ(3) NOT NULL,
  CONSTRAINT "idempotency_key_pkey" PRIMARY KEY ("caller", "key")
);
CREATE INDEX "idempotency_key_expires_at_idx" ON "public"."idempotency_key" ("expires_at");
