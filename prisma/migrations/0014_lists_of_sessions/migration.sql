-- Lists of sessions that are answered as quickly with a million of them as with ten.
CREATE INDEX "session_tenant_id_username_idx" ON "session" ("tenant_id", "username");
CREATE INDEX "session_disconnected_at_idx" ON "session" ("tenant_id", "disconnected_at") WHERE "connected_at" IS NULL;

-- Every three letters of a text that follow each other, with the tenant before them: an index of them finds any part of
-- a text, and never reads what is another tenant's. Its cost keeps a plan from working them out for a whole table.
CREATE FUNCTION "public"."text_parts"("tenant_id" INTEGER, "whole" TEXT) RETURNS TEXT[]
LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE COST 10000 AS $$
DECLARE
  "parts" TEXT[] := '{}';
  "first" TEXT;
  "second" TEXT;
  "third" TEXT;
BEGIN
  FOREACH "third" IN ARRAY string_to_array("whole", NULL) LOOP
    IF "first" IS NOT NULL THEN
      "parts" := "parts" || ("tenant_id" || ':' || "first" || "second" || "third");
    END IF;
    "first" := "second";
    "second" := "third";
  END LOOP;
  RETURN "parts";
END
$$;

-- Client identifiers by any part of them. Apart from the sessions, whose rows change at every connection.
CREATE TABLE "public"."session_name" (
  "session_id" BIGINT NOT NULL,
  "tenant_id" INTEGER NOT NULL,
  "client_id" TEXT COLLATE "C" NOT NULL,
  CONSTRAINT "session_name_pkey" PRIMARY KEY ("session_id")
);
INSERT INTO "session_name" SELECT "id", "tenant_id", "client_id" FROM "session";
CREATE INDEX "session_name_parts_idx" ON "session_name" USING gin ("public"."text_parts"("tenant_id", lower("client_id")))
  WITH (gin_pending_list_limit = 1024);

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
