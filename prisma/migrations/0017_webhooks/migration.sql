-- Who follows a log, a page at a time.
CREATE INDEX "cursor_filter_id_session_id_idx" ON "public"."cursor" ("filter_id", "session_id");
DROP INDEX "public"."cursor_filter_id_idx";
