-- Retained messages are listed by topic. An index entry has no room for the longest: it holds the beginning.
CREATE INDEX "retained_by_topic_idx" ON "retained" ("tenant_id", left("topic", 200), "name_key"("topic"));
