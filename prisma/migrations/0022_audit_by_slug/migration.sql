-- The platform's audit of one tenant, which may be gone, or of none.
CREATE INDEX CONCURRENTLY "audit_entry_tenant_slug_id_idx" ON "audit_entry"("tenant_slug", "id");
