-- A shared group is a durable filter whose name is all of `$share/{name}/{filter}`, with one cursor whose session is 0.

-- Under drop-oldest: how many messages the group's queue holds at the most. Null for sessions, whose row says it.
ALTER TABLE "cursor" ADD COLUMN "keeps_newest" INTEGER;

-- The members of a group, for their number at start.
CREATE INDEX "subscription_shared_idx" ON "subscription" ("topic_filter") WHERE starts_with("topic_filter", '$share/');
