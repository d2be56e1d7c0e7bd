-- Who signs in: a customer user, or an org user on their behalf.
ALTER TABLE attempts ADD COLUMN given_by TEXT NOT NULL DEFAULT 'customer' CHECK (given_by IN ('customer', 'offered', 'organization'));

-- When what the link is for was done, and when somebody who opened it after its end last asked for a new one.
ALTER TABLE links ADD COLUMN finished_at BIGINT;
ALTER TABLE links ADD COLUMN requested_at BIGINT;

-- Secrets that were replaced, by field, sealed for the place they had, for as long as one may go back to them.
CREATE TABLE replaced_secrets (
    connection_id UUID PRIMARY KEY REFERENCES connections (id) ON DELETE CASCADE,
    secrets       JSONB NOT NULL,
    key_ids       TEXT NOT NULL,
    keep_until    BIGINT NOT NULL
);
CREATE INDEX replaced_secrets_by_end ON replaced_secrets (keep_until);
CREATE INDEX replaced_secrets_by_key ON replaced_secrets (key_ids);

-- Many connections checked one after the other. Whoever works on it holds the lease, and moves it on.
CREATE TABLE bulk_checks (
    id              UUID PRIMARY KEY,
    integration_key TEXT,
    started_by      UUID NOT NULL,
    role            TEXT NOT NULL,
    created_at      BIGINT NOT NULL,
    ended_at        BIGINT,
    lease_until     BIGINT,
    fence           BIGINT NOT NULL DEFAULT 0
);
CREATE INDEX bulk_checks_open ON bulk_checks (created_at) WHERE ended_at IS NULL;

CREATE TABLE bulk_check_items (
    bulk_check_id UUID NOT NULL REFERENCES bulk_checks (id) ON DELETE CASCADE,
    connection_id UUID NOT NULL REFERENCES connections (id) ON DELETE CASCADE,
    checked_at    BIGINT,
    -- passed, not_declared, not_connected, or the code of a reason.
    outcome       TEXT,
    PRIMARY KEY (bulk_check_id, connection_id)
);
CREATE INDEX bulk_check_items_open ON bulk_check_items (bulk_check_id, connection_id) WHERE checked_at IS NULL;
CREATE INDEX bulk_check_items_of_connection ON bulk_check_items (connection_id);

-- A second wall, as in 0009: who sees a connection sees what was kept of it; a bulk check tells of every customer.
ALTER TABLE replaced_secrets ENABLE ROW LEVEL SECURITY;
ALTER TABLE replaced_secrets FORCE ROW LEVEL SECURITY;
CREATE POLICY wall ON replaced_secrets USING (CASE (SELECT current_setting('jackfield.scope')) WHEN 'organization' THEN TRUE
    ELSE EXISTS (SELECT 1 FROM connections WHERE connections.id = replaced_secrets.connection_id) END);

ALTER TABLE bulk_checks ENABLE ROW LEVEL SECURITY;
ALTER TABLE bulk_checks FORCE ROW LEVEL SECURITY;
CREATE POLICY wall ON bulk_checks USING ((SELECT current_setting('jackfield.scope')) = 'organization');

ALTER TABLE bulk_check_items ENABLE ROW LEVEL SECURITY;
ALTER TABLE bulk_check_items FORCE ROW LEVEL SECURITY;
CREATE POLICY wall ON bulk_check_items USING ((SELECT current_setting('jackfield.scope')) = 'organization');
