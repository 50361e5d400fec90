-- A role that is gone must not keep the others from what they were granted: pg_has_role fails for a name that no role has.
CREATE OR REPLACE VIEW "restante_read"."tenants" WITH (security_barrier) AS
SELECT t.id, t.slug AS tenant, t.name FROM public.tenant t
WHERE pg_has_role(session_user, (SELECT nspowner FROM pg_namespace WHERE nspname = 'restante'), 'USAGE')
  OR EXISTS (SELECT FROM restante.read_grant g JOIN pg_roles r ON r.rolname = g.role
    WHERE g.tenant_id = t.id AND pg_has_role(session_user, r.oid, 'USAGE'));

-- What is wrong with the properties of a message; null: they can be published. What could not be would wait for ever.
CREATE FUNCTION "restante"."complaint_about"("properties" JSONB) RETURNS TEXT
LANGUAGE sql IMMUTABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp AS $$
  SELECT min(CASE
    WHEN key NOT IN ('messageExpiryInterval', 'contentType', 'responseTopic', 'correlationData', 'payloadFormatIndicator', 'userProperties')
      THEN 'properties are messageExpiryInterval, contentType, responseTopic, correlationData, payloadFormatIndicator and userProperties'
    WHEN key = 'messageExpiryInterval' AND CASE jsonb_typeof(value)
        WHEN 'number' THEN value::numeric NOT BETWEEN 1 AND 4294967295 OR value::numeric % 1 <> 0 ELSE true END
      THEN 'messageExpiryInterval must be a whole number of seconds, from 1 to 4294967295'
    WHEN key = 'payloadFormatIndicator' AND value NOT IN ('0', '1') THEN 'payloadFormatIndicator must be 0 or 1'
    WHEN key IN ('contentType', 'responseTopic') AND (jsonb_typeof(value) <> 'string' OR octet_length(value #>> '{}') > 65535)
      THEN key || ' must be a text of at most 65535 bytes'
    WHEN key = 'responseTopic' AND (value = '""' OR value #>> '{}' ~ '[+#]') THEN 'responseTopic must be a topic name'
    WHEN key = 'correlationData' AND (jsonb_typeof(value) <> 'string' OR length(value #>> '{}') > 87380
        OR value #>> '{}' !~ '^([A-Za-z0-9+/]{4})*([A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$')
      THEN 'correlationData must be base64, of at most 65535 bytes'
    WHEN key = 'userProperties' AND CASE jsonb_typeof(value) WHEN 'array' THEN jsonb_array_length(value) > 1000
        OR EXISTS (SELECT FROM jsonb_array_elements(value) AS pair WHERE CASE jsonb_typeof(pair) WHEN 'array' THEN
          jsonb_array_length(pair) <> 2 OR EXISTS (SELECT FROM jsonb_array_elements(pair) AS part
            WHERE jsonb_typeof(part) <> 'string' OR octet_length(part #>> '{}') > 65535) ELSE true END) ELSE true END
      THEN 'userProperties must be at most 1000 lists of a name and a value'
  END) FROM jsonb_each("properties") AS each (key, value)
$$;
REVOKE ALL ON FUNCTION "restante"."complaint_about"(JSONB) FROM PUBLIC;

CREATE OR REPLACE FUNCTION "restante"."publish"(
  "tenant" TEXT, "topic" TEXT, "payload" BYTEA,
  "qos" INTEGER DEFAULT 0, "retain" BOOLEAN DEFAULT false, "properties" JSONB DEFAULT '{}'
) RETURNS BIGINT
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  found_tenant INTEGER;
  complaint TEXT;
  new_id BIGINT;
BEGIN
  SELECT t.id INTO found_tenant FROM public.tenant t WHERE t.slug = publish.tenant AND (
    pg_has_role(session_user, (SELECT nspowner FROM pg_namespace WHERE nspname = 'restante'), 'USAGE')
    OR EXISTS (SELECT FROM restante."grant" g JOIN pg_roles r ON r.rolname = g.role
      WHERE g.tenant_id = t.id AND pg_has_role(session_user, r.oid, 'USAGE')));
  IF found_tenant IS NULL THEN
    RAISE EXCEPTION 'there is no tenant "%"', publish.tenant USING ERRCODE = 'no_data_found';
  END IF;
  IF publish.topic = '' OR publish.topic ~ '[+#]' OR starts_with(publish.topic, '$') OR octet_length(publish.topic) > 65535 THEN
    RAISE EXCEPTION 'nobody can publish to the topic "%"', publish.topic USING ERRCODE = 'invalid_parameter_value';
  END IF;
  IF publish.qos IS NULL OR publish.qos NOT BETWEEN 0 AND 2 THEN
    RAISE EXCEPTION 'the QoS is 0, 1 or 2' USING ERRCODE = 'invalid_parameter_value';
  END IF;
  IF jsonb_typeof(publish.properties) <> 'object' THEN
    RAISE EXCEPTION 'properties are an object' USING ERRCODE = 'invalid_parameter_value';
  END IF;
  complaint := restante.complaint_about(publish.properties);
  IF complaint IS NOT NULL THEN
    RAISE EXCEPTION '%', complaint USING ERRCODE = 'invalid_parameter_value';
  END IF;
  INSERT INTO restante.outbox (tenant_id, topic, payload, qos, retain, properties)
  VALUES (found_tenant, publish.topic, publish.payload, publish.qos, publish.retain, publish.properties)
  RETURNING id INTO new_id;
  PERFORM pg_notify('restante_outbox', '');
  RETURN new_id;
END $$;

-- The depth of a queue as the server tells it (libs/store-postgres/src/queue-depth.ts), also where only the newest
-- message of each topic is kept.
CREATE OR REPLACE VIEW "restante_read"."sessions" WITH (security_barrier) AS
SELECT t.tenant, s.client_id, s.username, s.protocol_version, s.created_at, s.connected_at, s.disconnected_at, s.expires_at,
  coalesce(queue.messages, 0)::bigint AS queued_messages, coalesce(queue.bytes, 0)::bigint AS queued_bytes, s.dropped_messages
FROM public.session s
JOIN restante_read.tenants t ON t.id = s.tenant_id
LEFT JOIN LATERAL (
  SELECT least(public.kept_messages(s.overflow, s.max_queued_messages),
      coalesce(sum(CASE WHEN newest.messages IS NOT NULL THEN newest.messages
        ELSE greatest(0, coalesce(c.retire_at, head.sequence, c.floor) - c.floor - public.range_count(c.done)) END), 0)) AS messages,
    sum(CASE WHEN newest.bytes IS NOT NULL THEN newest.bytes WHEN coalesce(c.retire_at, head.sequence, c.floor) > c.floor
      THEN greatest(0, head.bytes - c.consumed_bytes) ELSE 0 END) AS bytes
  FROM public.cursor c
  LEFT JOIN LATERAL (
    SELECT last_sequence AS sequence, bytes_before + bytes AS bytes
    FROM public.log_run WHERE filter_id = c.filter_id ORDER BY last_sequence DESC LIMIT 1
  ) head ON true
  LEFT JOIN LATERAL (
    SELECT greatest(0, f.newest_from - 1 - c.floor) + count(n.sequence) AS messages, coalesce(sum(n.bytes), 0) AS bytes
    FROM public.durable_filter f
    LEFT JOIN public.newest_message n ON n.filter_id = f.id AND n.sequence >= f.newest_from AND n.sequence > c.floor
      AND NOT c.done @> n.sequence
    WHERE f.id = c.filter_id AND f.newest_from IS NOT NULL AND s.keep_last_per_topic AND c.retire_at IS NULL
    GROUP BY f.newest_from
  ) newest ON true
  WHERE c.session_id = s.id
) queue ON true
WHERE s.expires_at IS NULL OR s.expires_at > now();

-- A tenant that is not there is said to be so, not passed over.
CREATE OR REPLACE FUNCTION "restante"."grant_publish"("role" NAME, "tenant" TEXT) RETURNS VOID
LANGUAGE plpgsql AS $$
DECLARE
  found_tenant INTEGER;
BEGIN
  SELECT "id" INTO STRICT found_tenant FROM "public"."tenant" WHERE "slug" = "grant_publish"."tenant";
  EXECUTE format('GRANT USAGE ON SCHEMA restante TO %I', "role");
  EXECUTE format('GRANT EXECUTE ON FUNCTION restante.publish(TEXT, TEXT, BYTEA, INTEGER, BOOLEAN, JSONB) TO %I', "role");
  EXECUTE format('GRANT EXECUTE ON FUNCTION restante.publish(TEXT, TEXT, TEXT, INTEGER, BOOLEAN, JSONB) TO %I', "role");
  INSERT INTO "restante"."grant" VALUES ("grant_publish"."role", found_tenant) ON CONFLICT DO NOTHING;
EXCEPTION WHEN no_data_found THEN
  RAISE EXCEPTION 'there is no tenant "%"', "grant_publish"."tenant" USING ERRCODE = 'no_data_found';
END $$;

CREATE OR REPLACE FUNCTION "restante"."grant_read"("role" NAME, "tenant" TEXT) RETURNS VOID
LANGUAGE plpgsql AS $$
DECLARE
  found_tenant INTEGER;
BEGIN
  SELECT "id" INTO STRICT found_tenant FROM "public"."tenant" WHERE "slug" = "grant_read"."tenant";
  EXECUTE format('GRANT USAGE ON SCHEMA restante_read TO %I', "role");
  EXECUTE format('GRANT SELECT ON ALL TABLES IN SCHEMA restante_read TO %I', "role");
  INSERT INTO "restante"."read_grant" VALUES ("grant_read"."role", found_tenant) ON CONFLICT DO NOTHING;
EXCEPTION WHEN no_data_found THEN
  RAISE EXCEPTION 'there is no tenant "%"', "grant_read"."tenant" USING ERRCODE = 'no_data_found';
END $$;
