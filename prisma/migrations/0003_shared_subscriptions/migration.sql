-- A shared group is a durable filter whose name is all of `$share/{name}/{filter}`, with one cursor whose session is 0.

-- Under drop-oldest: how many messages the group's queue holds at the most. Null for sessions, whose row says it.
ALTER TABLE "cursor" ADD COLUMN "keeps_newest" INTEGER;

-- The members of a group, for their number at start.
CREATE INDEX "subscription_shared_idx" ON "subscription" USING hash ("topic_filter")
  WHERE starts_with("topic_filter", '$share/');

-- A topic or filter may have 65,535 bytes, an index entry a third of a page: keys hold their SHA-256.
CREATE FUNCTION "name_key"("name" TEXT) RETURNS BYTEA
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$ SELECT sha256(convert_to("name", 'UTF8')) $$;

ALTER TABLE "subscription" DROP CONSTRAINT "subscription_pkey";
CREATE UNIQUE INDEX "subscription_session_id_topic_filter_key" ON "subscription" ("session_id", "name_key"("topic_filter"));

ALTER TABLE "retained" DROP CONSTRAINT "retained_pkey";
CREATE UNIQUE INDEX "retained_tenant_id_topic_key" ON "retained" ("tenant_id", "name_key"("topic"));
