-- Which client identifiers a credential may use, until when it is valid, the secret before this one, and its use.
ALTER TABLE "credential"
  ADD COLUMN "client_id_rule" TEXT NOT NULL DEFAULT 'any',
  ADD COLUMN "client_id" TEXT NOT NULL DEFAULT '',
  ADD COLUMN "expires_at" TIMESTAMPTZ(3),
  ADD COLUMN "previous_secret_hash" BYTEA,
  ADD COLUMN "previous_scram" JSONB,
  ADD COLUMN "previous_until" TIMESTAMPTZ(3),
  ADD COLUMN "last_seen_at" TIMESTAMPTZ(3),
  ADD COLUMN "failed_logins" BIGINT NOT NULL DEFAULT 0,
  ADD COLUMN "last_failed_at" TIMESTAMPTZ(3);
