-- Subscriptions of all sessions of a tenant, by their filters and by any part of a filter.
ALTER TABLE "subscription" ADD COLUMN "tenant_id" INTEGER;
UPDATE "subscription" SET "tenant_id" = "session"."tenant_id" FROM "session" WHERE "session"."id" = "session_id";
DELETE FROM "subscription" WHERE "tenant_id" IS NULL;
ALTER TABLE "subscription" ALTER COLUMN "tenant_id" SET NOT NULL;

-- An index entry has no room for the longest filters: it holds the beginning.
CREATE INDEX "subscription_by_filter_idx" ON "subscription" ("tenant_id", left("topic_filter", 200), "session_id");
CREATE INDEX "subscription_parts_idx" ON "subscription" USING gin ("public"."text_parts"("tenant_id", lower("topic_filter")))
  WITH (gin_pending_list_limit = 1024);

-- Sessions that nobody will come back for: absent for a week, or for half of their expiry interval, and either under a
-- client identifier that a client library or program made up, or not come back after their first connection.
CREATE FUNCTION "looks_random"("client_id" TEXT) RETURNS BOOLEAN
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
  SELECT "client_id" ~* ('^mqtt(js|x)?_[0-9a-f]{8,}$|^mosq[-/_][0-9a-z]{16,}$|^mosq(pub|sub)[|/_-]?[0-9]+'
    || '|^paho[-/_]?[0-9a-f]{10,}$|^nodered_[0-9a-f]{8,}$'
    || '|[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}|(^|[^0-9a-z])[0-9a-f]{20,}$')
$$;
CREATE FUNCTION "orphan_from"("disconnected_at" TIMESTAMPTZ, "expiry_seconds" BIGINT) RETURNS TIMESTAMPTZ
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
  SELECT "disconnected_at" + least(604800, "expiry_seconds" / 2) * interval '1 second'
$$;
CREATE INDEX "session_orphan_idx" ON "session" ("tenant_id", "orphan_from"("disconnected_at", "expiry_seconds"))
  WHERE "connected_at" IS NULL AND ("epoch" = 1 OR "looks_random"("client_id"));
