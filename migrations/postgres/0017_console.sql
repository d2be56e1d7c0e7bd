-- How the organization appears on its pages, and when it is told. NULL: as Jackfield comes.
ALTER TABLE organizations ADD COLUMN accent TEXT;
ALTER TABLE organizations ADD COLUMN accent_dark TEXT;
ALTER TABLE organizations ADD COLUMN support TEXT;
ALTER TABLE organizations ADD COLUMN check_failures BIGINT NOT NULL DEFAULT 3;

-- The pages of the wizard that a person has seen, sorted: written once a page.
ALTER TABLE instances ADD COLUMN reached_pages JSONB NOT NULL DEFAULT '[]';
CREATE INDEX instances_left ON instances (updated_at) WHERE status = 'draft';

-- What is looked through for something to tell of.
CREATE INDEX connections_in_trouble ON connections (status) WHERE status IN ('needs_reconnecting', 'not_working');
CREATE INDEX connections_by_end ON connections (ends_at) WHERE ends_at IS NOT NULL;

-- The outbox of mails. A letter is sealed, for it may hold a link, and gone once it has ended.
CREATE TABLE mails (
    id          UUID PRIMARY KEY,
    kind        TEXT NOT NULL,
    recipient   TEXT NOT NULL,
    letter      JSONB,
    key_ids     TEXT NOT NULL,
    status      TEXT NOT NULL CHECK (status IN ('pending', 'delivering', 'retrying', 'delivered', 'given_up')),
    due_at      BIGINT,
    tries       BIGINT NOT NULL DEFAULT 0,
    -- A code of why the last try failed.
    failure     TEXT,
    lease_until BIGINT,
    fence       BIGINT NOT NULL DEFAULT 0,
    created_at  BIGINT NOT NULL,
    ended_at    BIGINT,
    CHECK ((due_at IS NULL) = (status IN ('delivered', 'given_up'))),
    CHECK ((letter IS NULL) = (status IN ('delivered', 'given_up')))
);
CREATE INDEX mails_due ON mails (due_at) WHERE due_at IS NOT NULL;
CREATE INDEX mails_by_key ON mails (key_ids);
CREATE INDEX mails_by_end ON mails (ended_at) WHERE ended_at IS NOT NULL;

-- Manifests that somebody was shown the plan of, sealed, until they are applied or the hour is over.
CREATE TABLE manifest_plans (
    id         UUID PRIMARY KEY,
    user_id    UUID NOT NULL REFERENCES org_users (id) ON DELETE CASCADE,
    sources    JSONB NOT NULL,
    key_ids    TEXT NOT NULL,
    digest     BYTEA NOT NULL,
    created_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL
);
CREATE INDEX manifest_plans_by_key ON manifest_plans (key_ids);
CREATE INDEX manifest_plans_of_user ON manifest_plans (user_id);
CREATE INDEX manifest_plans_by_end ON manifest_plans (expires_at);

-- One row a cause: it closes by itself, and another opens when the cause comes back.
CREATE TABLE alerts (
    id              UUID PRIMARY KEY,
    kind            TEXT NOT NULL CHECK (kind IN ('needs_reconnecting', 'check_failed', 'expiring', 'wizard_left', 'help_asked')),
    -- The connection or the instance that it is about.
    subject_id      UUID NOT NULL,
    customer_id     UUID REFERENCES customers (id) ON DELETE CASCADE,
    instance_id     UUID REFERENCES instances (id) ON DELETE CASCADE,
    connection_id   UUID REFERENCES connections (id) ON DELETE CASCADE,
    reason          TEXT,
    opened_at       BIGINT NOT NULL,
    acknowledged_at BIGINT,
    acknowledged_by UUID,
    closed_at       BIGINT
);
CREATE UNIQUE INDEX alerts_one_open ON alerts (kind, subject_id) WHERE closed_at IS NULL;
CREATE INDEX alerts_of_customer ON alerts (customer_id);
CREATE INDEX alerts_of_instance ON alerts (instance_id);
CREATE INDEX alerts_of_connection ON alerts (connection_id);
CREATE INDEX alerts_by_end ON alerts (closed_at) WHERE closed_at IS NOT NULL;

-- Of these nobody is told until then; what is NULL does not narrow.
CREATE TABLE alert_mutes (
    id            UUID PRIMARY KEY,
    kind          TEXT,
    connection_id UUID REFERENCES connections (id) ON DELETE CASCADE,
    until_at      BIGINT NOT NULL,
    created_by    UUID NOT NULL,
    created_at    BIGINT NOT NULL,
    CHECK (kind IS NOT NULL OR connection_id IS NOT NULL)
);
CREATE INDEX alert_mutes_of_connection ON alert_mutes (connection_id);

CREATE TABLE alert_subscriptions (
    user_id    UUID PRIMARY KEY REFERENCES org_users (id) ON DELETE CASCADE,
    how        TEXT NOT NULL CHECK (how IN ('at_once', 'daily')),
    -- Of the daily mail, UTC.
    hour       BIGINT NOT NULL CHECK (hour BETWEEN 0 AND 23),
    -- When the next daily mail is due.
    digest_at  BIGINT
);

-- The organization's alone: they tell of every customer.
DO $$
DECLARE named TEXT;
BEGIN
    FOREACH named IN ARRAY ARRAY['mails', 'alerts', 'alert_mutes'] LOOP
        EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', named);
        EXECUTE format('ALTER TABLE %I FORCE ROW LEVEL SECURITY', named);
        EXECUTE format('CREATE POLICY wall ON %I USING ((SELECT current_setting(''jackfield.scope'')) = ''organization'')', named);
    END LOOP;
END $$;
