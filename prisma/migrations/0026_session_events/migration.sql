-- The lives of sessions: who connected, why they left, what became of the session. By client identifier, so that it can be
-- told beyond a session's end. Only so many are kept of each client identifier and tenant, and for a time.
CREATE TABLE "public"."session_event" (
  "tenant_id" INTEGER NOT NULL,
  "client_id" TEXT COLLATE "C" NOT NULL,
  -- Rises with time: microseconds since the epoch, or what comes after the last one.
  "id" BIGINT NOT NULL,
  "at" TIMESTAMPTZ(3) NOT NULL,
  "kind" TEXT NOT NULL,
  "detail" JSONB NOT NULL,
  CONSTRAINT "session_event_pkey" PRIMARY KEY ("tenant_id", "client_id", "id")
);
CREATE INDEX "session_event_tenant_id_at_idx" ON "public"."session_event" ("tenant_id", "at");

CREATE VIEW "restante_read"."session_events" WITH (security_barrier) AS
SELECT t.tenant, e.client_id, e.at, e.kind, e.detail
FROM public.session_event e JOIN restante_read.tenants t ON t.id = e.tenant_id;

-- Who may read the other views may read this one too.
DO $$
DECLARE reader NAME;
BEGIN
  FOR reader IN SELECT DISTINCT g."role" FROM "restante"."read_grant" g JOIN pg_roles r ON r.rolname = g."role" LOOP
    EXECUTE format('GRANT SELECT ON restante_read.session_events TO %I', reader);
  END LOOP;
END $$;
