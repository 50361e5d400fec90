-- Subscriptions of all sessions of a tenant, by their filters and by any part of a filter.
ALTER TABLE "subscription" ADD COLUMN "tenant_id" INTEGER;
UPDATE "subscription" SET "tenant_id" = "session"."tenant_id" FROM "session" WHERE "session"."id" = "session_id";
DELETE FROM "subscription" WHERE "tenant_id" IS NULL;
ALTER TABLE "subscription" ALTER COLUMN "tenant_id" SET NOT NULL;

-- An index entry has no room for the longest filters: it holds the beginning.
CREATE INDEX "subscription_by_filter_idx" ON "subscription" ("tenant_id", left("topic_filter", 200), "session_id");
CREATE INDEX "subscription_parts_idx" ON "subscription" USING gin ("tenant_id", lower("topic_filter") gin_trgm_ops);
