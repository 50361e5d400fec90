-- Who may log in without a secret: certificate authorities and token issuers of tenants, and what a credential allows.
ALTER TABLE "public"."credential" ADD COLUMN "login_methods" TEXT[] NOT NULL DEFAULT '{secret}';
ALTER TABLE "public"."credential" ADD COLUMN "certificate_fingerprints" TEXT[] NOT NULL DEFAULT '{}';
-- At start: does any of them allow certificates?
CREATE INDEX "credential_by_certificate_idx" ON "public"."credential"("id") WHERE "login_methods" @> '{certificate}';

CREATE TABLE "public"."certificate_authority" (
    "id" SERIAL NOT NULL,
    "tenant_id" INTEGER NOT NULL,
    "name" TEXT NOT NULL,
    "certificate" BYTEA NOT NULL,
    "fingerprint" TEXT NOT NULL,
    "subject" TEXT NOT NULL,
    "name_from" TEXT NOT NULL,
    "name_prefix" TEXT NOT NULL DEFAULT '',
    "is_enabled" BOOLEAN NOT NULL DEFAULT true,
    "is_proved" BOOLEAN NOT NULL DEFAULT false,
    "crl_number" TEXT,
    "crl_this_update" TIMESTAMPTZ(3),
    "crl_next_update" TIMESTAMPTZ(3),
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "certificate_authority_pkey" PRIMARY KEY ("id")
);
CREATE UNIQUE INDEX "certificate_authority_tenant_id_name_key" ON "public"."certificate_authority"("tenant_id", "name");
CREATE UNIQUE INDEX "certificate_authority_tenant_id_fingerprint_key" ON "public"."certificate_authority"("tenant_id", "fingerprint");
CREATE INDEX "certificate_authority_subject_idx" ON "public"."certificate_authority"("subject");
ALTER TABLE "public"."certificate_authority" ADD CONSTRAINT "certificate_authority_tenant_id_fkey" FOREIGN KEY ("tenant_id") REFERENCES "public"."tenant"("id") ON DELETE CASCADE ON UPDATE CASCADE;

CREATE TABLE "public"."revoked_certificate" (
    "authority_id" INTEGER NOT NULL,
    "serial_number" TEXT NOT NULL,
    "by_crl" BOOLEAN NOT NULL,
    "revoked_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "revoked_certificate_pkey" PRIMARY KEY ("authority_id", "serial_number", "by_crl")
);
ALTER TABLE "public"."revoked_certificate" ADD CONSTRAINT "revoked_certificate_authority_id_fkey" FOREIGN KEY ("authority_id") REFERENCES "public"."certificate_authority"("id") ON DELETE CASCADE ON UPDATE CASCADE;

CREATE TABLE "public"."token_issuer" (
    "id" SERIAL NOT NULL,
    "tenant_id" INTEGER NOT NULL,
    "name" TEXT NOT NULL,
    "issuer" TEXT NOT NULL,
    "audience" TEXT NOT NULL,
    "algorithms" TEXT[] NOT NULL,
    "jwks" JSONB,
    "jwks_url" TEXT,
    "shared_key" BYTEA,
    "username_claim" TEXT NOT NULL,
    "client_id_claim" TEXT,
    "max_lifetime_seconds" INTEGER NOT NULL,
    "is_enabled" BOOLEAN NOT NULL DEFAULT true,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "token_issuer_pkey" PRIMARY KEY ("id")
);
CREATE UNIQUE INDEX "token_issuer_tenant_id_name_key" ON "public"."token_issuer"("tenant_id", "name");
ALTER TABLE "public"."token_issuer" ADD CONSTRAINT "token_issuer_tenant_id_fkey" FOREIGN KEY ("tenant_id") REFERENCES "public"."tenant"("id") ON DELETE CASCADE ON UPDATE CASCADE;
