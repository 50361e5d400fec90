-- Lists of sessions that are answered as quickly with a million of them as with ten.
CREATE EXTENSION IF NOT EXISTS pg_trgm WITH SCHEMA "public";
CREATE EXTENSION IF NOT EXISTS btree_gin WITH SCHEMA "public";

CREATE INDEX "session_tenant_id_username_idx" ON "session" ("tenant_id", "username");
CREATE INDEX "session_disconnected_at_idx" ON "session" ("tenant_id", "disconnected_at") WHERE "connected_at" IS NULL;

-- Client identifiers by any part of them. Apart from the sessions, whose rows change at every connection.
CREATE TABLE "public"."session_name" (
  "session_id" BIGINT NOT NULL,
  "tenant_id" INTEGER NOT NULL,
  "client_id" TEXT COLLATE "C" NOT NULL,
  CONSTRAINT "session_name_pkey" PRIMARY KEY ("session_id")
);
INSERT INTO "session_name" SELECT "id", "tenant_id", "client_id" FROM "session";
CREATE INDEX "session_name_parts_idx" ON "session_name" USING gin ("tenant_id", lower("client_id") gin_trgm_ops);

-- How deep the queues of absent sessions were when they were last counted, for lists that begin with the deepest and for
-- totals. It is counted again from the start when PostgreSQL ends in a crash.
CREATE UNLOGGED TABLE "public"."queue_census" (
  "session_id" BIGINT NOT NULL,
  "tenant_id" INTEGER NOT NULL,
  "client_id" TEXT COLLATE "C" NOT NULL,
  "messages" BIGINT NOT NULL,
  "bytes" BIGINT NOT NULL,
  CONSTRAINT "queue_census_pkey" PRIMARY KEY ("session_id")
);
CREATE INDEX "queue_census_deepest_idx" ON "queue_census" ("tenant_id", "messages" DESC, "client_id");
