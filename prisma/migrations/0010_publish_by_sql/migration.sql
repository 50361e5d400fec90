-- Publishing from an application's own transaction: what is put into the outbox is published when that commits, and
-- leaves it in the commit that makes the message durable.
CREATE SCHEMA "restante";

CREATE TABLE "restante"."outbox" (
  "id" BIGSERIAL NOT NULL,
  "tenant_id" INTEGER NOT NULL,
  "topic" TEXT NOT NULL,
  "payload" BYTEA NOT NULL,
  "qos" SMALLINT NOT NULL,
  "retain" BOOLEAN NOT NULL,
  "properties" JSONB NOT NULL,
  "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT now(),
  CONSTRAINT "outbox_pkey" PRIMARY KEY ("id"),
  CONSTRAINT "outbox_tenant_id_fkey" FOREIGN KEY ("tenant_id") REFERENCES "public"."tenant"("id") ON DELETE CASCADE
);

-- For which tenants a database role may publish; superusers and the owner of this schema may for all.
CREATE TABLE "restante"."grant" (
  "role" NAME NOT NULL,
  "tenant_id" INTEGER NOT NULL,
  CONSTRAINT "grant_pkey" PRIMARY KEY ("role", "tenant_id"),
  CONSTRAINT "grant_tenant_id_fkey" FOREIGN KEY ("tenant_id") REFERENCES "public"."tenant"("id") ON DELETE CASCADE
);

-- Lets a database role publish for a tenant.
CREATE FUNCTION "restante"."grant_publish"("role" NAME, "tenant" TEXT) RETURNS VOID
LANGUAGE plpgsql AS $$
BEGIN
  EXECUTE format('GRANT USAGE ON SCHEMA restante TO %I', "role");
  EXECUTE format('GRANT EXECUTE ON FUNCTION restante.publish(TEXT, TEXT, BYTEA, INTEGER, BOOLEAN, JSONB) TO %I', "role");
  EXECUTE format('GRANT EXECUTE ON FUNCTION restante.publish(TEXT, TEXT, TEXT, INTEGER, BOOLEAN, JSONB) TO %I', "role");
  INSERT INTO "restante"."grant" SELECT "grant_publish"."role", "id" FROM "public"."tenant" WHERE "slug" = "grant_publish"."tenant"
  ON CONFLICT DO NOTHING;
END $$;

CREATE FUNCTION "restante"."publish"(
  "tenant" TEXT, "topic" TEXT, "payload" BYTEA,
  "qos" INTEGER DEFAULT 0, "retain" BOOLEAN DEFAULT false, "properties" JSONB DEFAULT '{}'
) RETURNS BIGINT
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  found_tenant INTEGER;
  new_id BIGINT;
BEGIN
  SELECT t.id INTO found_tenant FROM public.tenant t WHERE t.slug = publish.tenant AND (
    pg_has_role(session_user, (SELECT nspowner FROM pg_namespace WHERE nspname = 'restante'), 'USAGE')
    OR EXISTS (SELECT FROM restante."grant" g WHERE g.tenant_id = t.id AND pg_has_role(session_user, g.role, 'USAGE')));
  IF found_tenant IS NULL THEN
    RAISE EXCEPTION 'there is no tenant "%"', publish.tenant USING ERRCODE = 'no_data_found';
  END IF;
  IF publish.topic = '' OR publish.topic ~ '[+#]' OR starts_with(publish.topic, '$') OR octet_length(publish.topic) > 65535 THEN
    RAISE EXCEPTION 'nobody can publish to the topic "%"', publish.topic USING ERRCODE = 'invalid_parameter_value';
  END IF;
  IF publish.qos IS NULL OR publish.qos NOT BETWEEN 0 AND 2 THEN
    RAISE EXCEPTION 'the QoS is 0, 1 or 2' USING ERRCODE = 'invalid_parameter_value';
  END IF;
  IF jsonb_typeof(publish.properties) <> 'object' OR publish.properties - ARRAY['messageExpiryInterval', 'contentType',
    'responseTopic', 'correlationData', 'payloadFormatIndicator', 'userProperties'] <> '{}' THEN
    RAISE EXCEPTION 'properties are messageExpiryInterval, contentType, responseTopic, correlationData, payloadFormatIndicator and userProperties'
      USING ERRCODE = 'invalid_parameter_value';
  END IF;
  INSERT INTO restante.outbox (tenant_id, topic, payload, qos, retain, properties)
  VALUES (found_tenant, publish.topic, publish.payload, publish.qos, publish.retain, publish.properties)
  RETURNING id INTO new_id;
  PERFORM pg_notify('restante_outbox', '');
  RETURN new_id;
END $$;

CREATE FUNCTION "restante"."publish"(
  "tenant" TEXT, "topic" TEXT, "payload" TEXT,
  "qos" INTEGER DEFAULT 0, "retain" BOOLEAN DEFAULT false, "properties" JSONB DEFAULT '{}'
) RETURNS BIGINT
LANGUAGE sql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
  SELECT restante.publish(tenant, topic, convert_to(payload, 'UTF8'), qos, retain, properties)
$$;

REVOKE ALL ON FUNCTION "restante"."publish"(TEXT, TEXT, BYTEA, INTEGER, BOOLEAN, JSONB) FROM PUBLIC;
REVOKE ALL ON FUNCTION "restante"."publish"(TEXT, TEXT, TEXT, INTEGER, BOOLEAN, JSONB) FROM PUBLIC;
REVOKE ALL ON FUNCTION "restante"."grant_publish"(NAME, TEXT) FROM PUBLIC;
