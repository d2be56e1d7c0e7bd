-- Who signs in: a customer user, or an org user on their behalf.
ALTER TABLE attempts ADD COLUMN given_by TEXT NOT NULL DEFAULT 'customer' CHECK (given_by IN ('customer', 'offered', 'organization'));

-- When what the link is for was done, and when somebody who opened it after its end last asked for a new one.
ALTER TABLE links ADD COLUMN finished_at INTEGER;
ALTER TABLE links ADD COLUMN requested_at INTEGER;

-- Secrets that were replaced, by field, sealed for the place they had, for as long as one may go back to them.
CREATE TABLE replaced_secrets (
    connection_id BLOB PRIMARY KEY REFERENCES connections (id) ON DELETE CASCADE,
    secrets       TEXT NOT NULL,
    key_ids       TEXT NOT NULL,
    keep_until    INTEGER NOT NULL
) STRICT;
CREATE INDEX replaced_secrets_by_end ON replaced_secrets (keep_until);
CREATE INDEX replaced_secrets_by_key ON replaced_secrets (key_ids);

-- Many connections checked one after the other. Whoever works on it holds the lease, and moves it on.
CREATE TABLE bulk_checks (
    id              BLOB PRIMARY KEY,
    integration_key TEXT,
    started_by      BLOB NOT NULL,
    role            TEXT NOT NULL,
    created_at      INTEGER NOT NULL,
    ended_at        INTEGER,
    lease_until     INTEGER,
    fence           INTEGER NOT NULL DEFAULT 0
) STRICT;
CREATE INDEX bulk_checks_open ON bulk_checks (created_at) WHERE ended_at IS NULL;

CREATE TABLE bulk_check_items (
    bulk_check_id BLOB NOT NULL REFERENCES bulk_checks (id) ON DELETE CASCADE,
    connection_id BLOB NOT NULL REFERENCES connections (id) ON DELETE CASCADE,
    checked_at    INTEGER,
    -- passed, not_declared, not_connected, or the code of a reason.
    outcome       TEXT,
    PRIMARY KEY (bulk_check_id, connection_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX bulk_check_items_open ON bulk_check_items (bulk_check_id, connection_id) WHERE checked_at IS NULL;
CREATE INDEX bulk_check_items_of_connection ON bulk_check_items (connection_id);
