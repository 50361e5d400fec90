-- Access rules that credentials share, and what is decided where no rule is about it.
CREATE TABLE "access_role" (
    "id" SERIAL NOT NULL,
    "tenant_id" INTEGER NOT NULL,
    "name" TEXT NOT NULL,
    "rules" JSONB NOT NULL,

    CONSTRAINT "access_role_pkey" PRIMARY KEY ("id")
);
CREATE UNIQUE INDEX "access_role_tenant_id_name_key" ON "access_role"("tenant_id", "name");
ALTER TABLE "access_role" ADD CONSTRAINT "access_role_tenant_id_fkey" FOREIGN KEY ("tenant_id") REFERENCES "tenant"("id") ON DELETE CASCADE ON UPDATE CASCADE;

ALTER TABLE "credential" ADD COLUMN "roles" TEXT[] NOT NULL DEFAULT '{}';
ALTER TABLE "tenant" ADD COLUMN "access_default" TEXT NOT NULL DEFAULT 'allow';
