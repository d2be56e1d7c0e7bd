-- The master keys that were current before: given first again, they do not become current by themselves.
ALTER TABLE organizations ADD COLUMN past_key_ids TEXT NOT NULL DEFAULT '';
-- What session cookies are signed with: the same on every replica, whatever master keys come and go.
ALTER TABLE organizations ADD COLUMN cookie_secret JSONB;
ALTER TABLE organizations ADD COLUMN key_ids TEXT NOT NULL DEFAULT '';

-- As on every row with secrets. Those that are there name none; they end within minutes.
ALTER TABLE attempts ADD COLUMN key_ids TEXT NOT NULL DEFAULT '';
ALTER TABLE undecided_attempts ADD COLUMN key_ids TEXT NOT NULL DEFAULT '';
CREATE INDEX attempts_by_key ON attempts (key_ids) WHERE key_ids <> '';
CREATE INDEX documents_by_key ON documents (key_ids) WHERE key_ids <> '';

-- The processes that serve this database: a master key becomes current once all of them know it.
CREATE TABLE replicas (
    id              UUID PRIMARY KEY,
    name            TEXT NOT NULL,
    -- Ids of master keys, space separated: those it was given, the one it seals with, those of tokens that wait in its memory.
    opens_with      TEXT NOT NULL,
    seals_with      TEXT NOT NULL,
    waiting_key_ids TEXT NOT NULL,
    started_at      BIGINT NOT NULL,
    -- By the database's clock.
    seen_at         BIGINT NOT NULL
);
