-- A tenant is deleted in the background: since then it is under way, whatever server goes on with it.
ALTER TABLE "tenant" ADD COLUMN "deleting_since" TIMESTAMPTZ(3);
