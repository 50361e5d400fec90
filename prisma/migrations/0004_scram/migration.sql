-- What SCRAM-SHA-256 needs of a secret (RFC 5802 section 3); null for credentials issued before it was kept.
ALTER TABLE "credential" ADD COLUMN "scram" JSONB;
