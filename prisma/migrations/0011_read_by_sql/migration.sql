-- Views for people and programs with SQL: stable, read-only, and only of the tenants that a role was granted.
CREATE SCHEMA "restante_read";

CREATE TABLE "restante"."read_grant" (
  "role" NAME NOT NULL,
  "tenant_id" INTEGER NOT NULL,
  CONSTRAINT "read_grant_pkey" PRIMARY KEY ("role", "tenant_id"),
  CONSTRAINT "read_grant_tenant_id_fkey" FOREIGN KEY ("tenant_id") REFERENCES "public"."tenant"("id") ON DELETE CASCADE
);

-- The tenants that whoever asks may see.
CREATE VIEW "restante_read"."tenants" WITH (security_barrier) AS
SELECT t.id, t.slug AS tenant, t.name FROM public.tenant t
WHERE pg_has_role(session_user, (SELECT nspowner FROM pg_namespace WHERE nspname = 'restante'), 'USAGE')
  OR EXISTS (SELECT FROM restante.read_grant g WHERE g.tenant_id = t.id AND pg_has_role(session_user, g.role, 'USAGE'));

CREATE VIEW "restante_read"."sessions" WITH (security_barrier) AS
SELECT t.tenant, s.client_id, s.username, s.protocol_version, s.created_at, s.connected_at, s.disconnected_at, s.expires_at,
  coalesce(queue.messages, 0)::bigint AS queued_messages, coalesce(queue.bytes, 0)::bigint AS queued_bytes, s.dropped_messages
FROM public.session s
JOIN restante_read.tenants t ON t.id = s.tenant_id
LEFT JOIN LATERAL (
  SELECT least(public.kept_messages(s.overflow, s.max_queued_messages),
      sum(greatest(0, coalesce(c.retire_at, head.sequence, c.floor) - c.floor - public.range_count(c.done)))) AS messages,
    sum(CASE WHEN coalesce(c.retire_at, head.sequence, c.floor) > c.floor
      THEN greatest(0, head.bytes - c.consumed_bytes) ELSE 0 END) AS bytes
  FROM public.cursor c
  LEFT JOIN LATERAL (
    SELECT last_sequence AS sequence, bytes_before + bytes AS bytes
    FROM public.log_run WHERE filter_id = c.filter_id ORDER BY last_sequence DESC LIMIT 1
  ) head ON true
  WHERE c.session_id = s.id
) queue ON true
WHERE s.expires_at IS NULL OR s.expires_at > now();

CREATE VIEW "restante_read"."subscriptions" WITH (security_barrier) AS
SELECT t.tenant, s.client_id, sub.topic_filter, sub.qos, sub.no_local, sub.retain_as_published
FROM public.subscription sub
JOIN public.session s ON s.id = sub.session_id
JOIN restante_read.tenants t ON t.id = s.tenant_id;

-- A number within packed bytes (libs/store-postgres/src/segment.ts), the greatest byte first.
CREATE FUNCTION "restante_read"."number_at"("data" BYTEA, "at" INTEGER, "bytes" INTEGER) RETURNS BIGINT
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE AS $$
  SELECT sum(get_byte("data", "at" + i)::bigint << (8 * ("bytes" - 1 - i)))::bigint FROM generate_series(0, "bytes" - 1) AS i
$$;

CREATE FUNCTION "restante_read"."time_at"("data" BYTEA, "at" INTEGER) RETURNS TIMESTAMPTZ
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE AS $$
  SELECT CASE WHEN ms > 0 THEN to_timestamp(ms / 1000.0) END FROM (SELECT restante_read.number_at("data", "at", 6) AS ms) AS found
$$;

-- OFFSET 0 keeps pieces from being cut out of the stored segment again for each number in them.
CREATE VIEW "restante_read"."queue" WITH (security_barrier) AS
SELECT t.tenant, s.client_id, f.topic_filter, place.sequence,
  convert_from(substring(record.data FROM 39 FOR record.topic_length), 'UTF8') AS topic,
  substring(record.data FROM 39 + record.topic_length + record.properties_length) AS payload,
  (get_byte(record.data, 4) & 3)::smallint AS qos, get_byte(record.data, 4) & 4 > 0 AS retain,
  restante_read.time_at(record.data, 16) AS published_at, restante_read.time_at(record.data, 22) AS expires_at
FROM public.session s
JOIN restante_read.tenants t ON t.id = s.tenant_id
JOIN public.cursor c ON c.session_id = s.id
JOIN public.durable_filter f ON f.id = c.filter_id
JOIN public.log_run run ON run.filter_id = c.filter_id AND run.last_sequence > c.floor
CROSS JOIN LATERAL (
  SELECT substring(seg.data FROM run.places_at + 1 FOR run.entries * 12) AS places,
    substring(seg.data FROM run.data_at + 1 FOR run.data_length) AS records
  FROM public.segment seg WHERE seg.id = run.segment_id OFFSET 0
) piece
CROSS JOIN LATERAL generate_series(0, run.entries - 1) AS nth
CROSS JOIN LATERAL (
  SELECT run.first_sequence + restante_read.number_at(piece.places, nth * 12, 4) AS sequence,
    restante_read.number_at(piece.places, nth * 12 + 4, 4)::integer - run.data_at AS at,
    restante_read.number_at(piece.places, nth * 12 + 8, 4)::integer AS length
  OFFSET 0
) place
CROSS JOIN LATERAL (SELECT substring(piece.records FROM place.at + 1 FOR place.length) AS data OFFSET 0) cut
CROSS JOIN LATERAL (
  SELECT cut.data, restante_read.number_at(cut.data, 6, 2)::integer AS topic_length,
    restante_read.number_at(cut.data, 12, 4)::integer AS properties_length
  OFFSET 0
) record
WHERE place.sequence > c.floor AND NOT c.done @> place.sequence AND (c.retire_at IS NULL OR place.sequence <= c.retire_at)
  AND (s.expires_at IS NULL OR s.expires_at > now());

CREATE VIEW "restante_read"."retained" WITH (security_barrier) AS
SELECT t.tenant, r.topic, r.payload, r.qos, r.published_at, r.expires_at
FROM public.retained r JOIN restante_read.tenants t ON t.id = r.tenant_id
WHERE r.expires_at IS NULL OR r.expires_at > now();

CREATE VIEW "restante_read"."credentials" WITH (security_barrier) AS
SELECT t.tenant, c.username, c.label, p.name AS policy, c.enabled, c.created_at, c.expires_at, c.last_seen_at, c.failed_logins
FROM public.credential c JOIN restante_read.tenants t ON t.id = c.tenant_id
LEFT JOIN public.policy p ON p.id = c.policy_id;

CREATE VIEW "restante_read"."audit" WITH (security_barrier) AS
SELECT t.tenant, a.at, a.actor_kind, a.actor, a.remote_address, a.action, a.target, a.before, a.after
FROM public.audit_entry a JOIN restante_read.tenants t ON t.id = a.tenant_id;

-- Lets a database role read what is a tenant's.
CREATE FUNCTION "restante"."grant_read"("role" NAME, "tenant" TEXT) RETURNS VOID
LANGUAGE plpgsql AS $$
BEGIN
  EXECUTE format('GRANT USAGE ON SCHEMA restante_read TO %I', "role");
  EXECUTE format('GRANT SELECT ON ALL TABLES IN SCHEMA restante_read TO %I', "role");
  INSERT INTO "restante"."read_grant" SELECT "grant_read"."role", "id" FROM "public"."tenant" WHERE "slug" = "grant_read"."tenant"
  ON CONFLICT DO NOTHING;
END $$;
REVOKE ALL ON FUNCTION "restante"."grant_read"(NAME, TEXT) FROM PUBLIC;
