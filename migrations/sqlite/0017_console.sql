-- How the organization appears on its pages, and when it is told. NULL: as Jackfield comes.
ALTER TABLE organizations ADD COLUMN accent TEXT;
ALTER TABLE organizations ADD COLUMN accent_dark TEXT;
ALTER TABLE organizations ADD COLUMN support TEXT;
ALTER TABLE organizations ADD COLUMN check_failures INTEGER NOT NULL DEFAULT 3;

-- The pages of the wizard that a person has seen, sorted: written once a page.
ALTER TABLE instances ADD COLUMN reached_pages TEXT NOT NULL DEFAULT '[]';
CREATE INDEX instances_left ON instances (updated_at) WHERE status = 'draft';

-- What is looked through for something to tell of.
CREATE INDEX connections_in_trouble ON connections (status) WHERE status IN ('needs_reconnecting', 'not_working');
CREATE INDEX connections_by_end ON connections (ends_at) WHERE ends_at IS NOT NULL;

-- The outbox of mails. A letter is sealed, for it may hold a link, and gone once it has ended.
CREATE TABLE mails (
    id          BLOB PRIMARY KEY,
    kind        TEXT NOT NULL,
    recipient   TEXT NOT NULL,
    letter      TEXT,
    key_ids     TEXT NOT NULL,
    status      TEXT NOT NULL CHECK (status IN ('pending', 'delivering', 'retrying', 'delivered', 'given_up')),
    due_at      INTEGER,
    tries       INTEGER NOT NULL DEFAULT 0,
    -- A code of why the last try failed.
    failure     TEXT,
    lease_until INTEGER,
    fence       INTEGER NOT NULL DEFAULT 0,
    created_at  INTEGER NOT NULL,
    ended_at    INTEGER,
    CHECK ((due_at IS NULL) = (status IN ('delivered', 'given_up'))),
    CHECK ((letter IS NULL) = (status IN ('delivered', 'given_up')))
) STRICT;
CREATE INDEX mails_due ON mails (due_at) WHERE due_at IS NOT NULL;
CREATE INDEX mails_by_key ON mails (key_ids);
CREATE INDEX mails_by_end ON mails (ended_at) WHERE ended_at IS NOT NULL;

-- Manifests that somebody was shown the plan of, sealed, until they are applied or the hour is over.
CREATE TABLE manifest_plans (
    id         BLOB PRIMARY KEY,
    user_id    BLOB NOT NULL REFERENCES org_users (id) ON DELETE CASCADE,
    sources    TEXT NOT NULL,
    key_ids    TEXT NOT NULL,
    digest     BLOB NOT NULL,
    created_at INTEGER NOT NULL,
    expires_at INTEGER NOT NULL
) STRICT;
CREATE INDEX manifest_plans_by_key ON manifest_plans (key_ids);
CREATE INDEX manifest_plans_of_user ON manifest_plans (user_id);
CREATE INDEX manifest_plans_by_end ON manifest_plans (expires_at);

-- One row a cause: it closes by itself, and another opens when the cause comes back.
CREATE TABLE alerts (
    id              BLOB PRIMARY KEY,
    kind            TEXT NOT NULL CHECK (kind IN ('needs_reconnecting', 'check_failed', 'expiring', 'wizard_left', 'help_asked')),
    -- The connection or the instance that it is about.
    subject_id      BLOB NOT NULL,
    customer_id     BLOB REFERENCES customers (id) ON DELETE CASCADE,
    instance_id     BLOB REFERENCES instances (id) ON DELETE CASCADE,
    connection_id   BLOB REFERENCES connections (id) ON DELETE CASCADE,
    reason          TEXT,
    opened_at       INTEGER NOT NULL,
    acknowledged_at INTEGER,
    acknowledged_by BLOB,
    closed_at       INTEGER
) STRICT;
CREATE UNIQUE INDEX alerts_one_open ON alerts (kind, subject_id) WHERE closed_at IS NULL;
CREATE INDEX alerts_of_customer ON alerts (customer_id);
CREATE INDEX alerts_of_instance ON alerts (instance_id);
CREATE INDEX alerts_of_connection ON alerts (connection_id);
CREATE INDEX alerts_by_end ON alerts (closed_at) WHERE closed_at IS NOT NULL;

-- Of these nobody is told until then; what is NULL does not narrow.
CREATE TABLE alert_mutes (
    id            BLOB PRIMARY KEY,
    kind          TEXT,
    connection_id BLOB REFERENCES connections (id) ON DELETE CASCADE,
    until_at      INTEGER NOT NULL,
    created_by    BLOB NOT NULL,
    created_at    INTEGER NOT NULL,
    CHECK (kind IS NOT NULL OR connection_id IS NOT NULL)
) STRICT;
CREATE INDEX alert_mutes_of_connection ON alert_mutes (connection_id);

CREATE TABLE alert_subscriptions (
    user_id    BLOB PRIMARY KEY REFERENCES org_users (id) ON DELETE CASCADE,
    how        TEXT NOT NULL CHECK (how IN ('at_once', 'daily')),
    -- Of the daily mail, UTC.
    hour       INTEGER NOT NULL CHECK (hour BETWEEN 0 AND 23),
    -- When the next daily mail is due.
    digest_at  INTEGER
) STRICT;
