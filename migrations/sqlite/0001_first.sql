CREATE TABLE organizations (
    id        BLOB PRIMARY KEY,
    name      TEXT NOT NULL,
    -- A sealed constant: a start with another master key finds out by it.
    key_check BLOB
) STRICT;

CREATE TABLE customers (
    id          BLOB PRIMARY KEY,
    external_id TEXT NOT NULL UNIQUE,
    name        TEXT NOT NULL,
    revision    INTEGER NOT NULL,
    created_at  INTEGER NOT NULL,
    updated_at  INTEGER NOT NULL
) STRICT;

CREATE TABLE instances (
    id                  BLOB PRIMARY KEY,
    customer_id         BLOB NOT NULL REFERENCES customers (id) ON DELETE CASCADE,
    integration_key     TEXT NOT NULL,
    integration_version INTEGER NOT NULL,
    name                TEXT NOT NULL,
    status              TEXT NOT NULL CHECK (status IN ('draft', 'active', 'paused')),
    variables           TEXT NOT NULL,
    draft_variables     TEXT NOT NULL,
    visited_pages       TEXT NOT NULL,
    revision            INTEGER NOT NULL,
    created_at          INTEGER NOT NULL,
    updated_at          INTEGER NOT NULL,
    deployed_at         INTEGER
) STRICT;
CREATE INDEX instances_of_customer ON instances (customer_id, integration_key);
CREATE INDEX instances_of_integration ON instances (integration_key, integration_version);

-- One row holds all that a credential read needs. Secrets are sealed envelopes, by field.
CREATE TABLE connections (
    id                BLOB PRIMARY KEY,
    owner             TEXT NOT NULL,
    customer_id       BLOB REFERENCES customers (id) ON DELETE CASCADE,
    instance_id       BLOB REFERENCES instances (id) ON DELETE CASCADE,
    slot              TEXT,
    definition        TEXT,
    test_integration  TEXT,
    connector         TEXT NOT NULL,
    connection_type   TEXT NOT NULL,
    connector_version INTEGER NOT NULL,
    status            TEXT NOT NULL,
    reason            TEXT,
    account           TEXT,
    context           TEXT NOT NULL,
    clear             TEXT NOT NULL,
    secrets           TEXT NOT NULL,
    token             TEXT,
    draft_clear       TEXT NOT NULL,
    draft_secrets     TEXT NOT NULL,
    -- The master keys under which this row's secrets are wrapped, sorted, space separated.
    key_ids           TEXT NOT NULL,
    checked_at        INTEGER,
    revision          INTEGER NOT NULL,
    created_at        INTEGER NOT NULL,
    updated_at        INTEGER NOT NULL,
    lease_owner       TEXT,
    lease_until       INTEGER,
    fence             INTEGER NOT NULL DEFAULT 0,
    CHECK (CASE owner
        WHEN 'slot' THEN customer_id IS NOT NULL AND instance_id IS NOT NULL AND slot IS NOT NULL
            AND definition IS NULL AND test_integration IS NULL
        WHEN 'customer' THEN customer_id IS NOT NULL AND definition IS NOT NULL
            AND instance_id IS NULL AND slot IS NULL AND test_integration IS NULL
        WHEN 'organization' THEN definition IS NOT NULL
            AND customer_id IS NULL AND instance_id IS NULL AND slot IS NULL AND test_integration IS NULL
        WHEN 'test' THEN test_integration IS NOT NULL AND slot IS NOT NULL
            AND customer_id IS NULL AND instance_id IS NULL AND definition IS NULL
        ELSE FALSE END),
    CHECK (status IN ('not_connected', 'checking', 'connected')
        OR (status IN ('needs_reconnecting', 'not_working') AND reason IS NOT NULL))
) STRICT;
CREATE UNIQUE INDEX connections_one_a_slot ON connections (instance_id, slot) WHERE owner = 'slot';
CREATE UNIQUE INDEX connections_one_an_organization ON connections (definition) WHERE owner = 'organization';
CREATE UNIQUE INDEX connections_one_a_test_slot ON connections (test_integration, slot) WHERE owner = 'test';
CREATE INDEX connections_of_customer ON connections (customer_id);
CREATE INDEX connections_of_type ON connections (connector, connection_type);
CREATE INDEX connections_by_key ON connections (key_ids);

CREATE TABLE attempts (
    id            BLOB PRIMARY KEY,
    connection_id BLOB NOT NULL REFERENCES connections (id) ON DELETE CASCADE,
    state_hash    BLOB NOT NULL UNIQUE,
    browser_hash  BLOB NOT NULL,
    pkce_verifier TEXT,
    redirect_uri  TEXT NOT NULL,
    return_to     TEXT NOT NULL,
    issuer        TEXT,
    status        TEXT NOT NULL CHECK (status IN ('pending', 'claimed', 'completed', 'denied', 'failed', 'expired')),
    reason        TEXT,
    created_at    INTEGER NOT NULL,
    claimed_at    INTEGER,
    ended_at      INTEGER
) STRICT;
CREATE INDEX attempts_of_connection ON attempts (connection_id);

CREATE TABLE links (
    id              BLOB PRIMARY KEY,
    token_hash      BLOB NOT NULL UNIQUE,
    customer_id     BLOB NOT NULL REFERENCES customers (id) ON DELETE CASCADE,
    integration_key TEXT,
    instance_id     BLOB REFERENCES instances (id) ON DELETE CASCADE,
    connection_id   BLOB REFERENCES connections (id) ON DELETE CASCADE,
    user_name       TEXT,
    user_email      TEXT,
    created_at      INTEGER NOT NULL,
    expires_at      INTEGER NOT NULL,
    opened_at       INTEGER,
    revoked_at      INTEGER,
    CHECK ((integration_key IS NOT NULL) + (instance_id IS NOT NULL) + (connection_id IS NOT NULL) = 1),
    CHECK ((user_name IS NULL) = (user_email IS NULL))
) STRICT;
CREATE INDEX links_of_customer ON links (customer_id);
CREATE INDEX links_of_instance ON links (instance_id);
CREATE INDEX links_of_connection ON links (connection_id);

-- What was applied, every version of it. The text of `body` keeps the manifest's order.
CREATE TABLE documents (
    id         BLOB PRIMARY KEY,
    kind       TEXT NOT NULL,
    key        TEXT NOT NULL,
    version    INTEGER NOT NULL,
    body       TEXT NOT NULL,
    secrets    TEXT NOT NULL,
    key_ids    TEXT NOT NULL,
    is_current INTEGER NOT NULL CHECK (is_current IN (0, 1)),
    created_at INTEGER NOT NULL,
    UNIQUE (kind, key, version)
) STRICT;
CREATE UNIQUE INDEX documents_one_current ON documents (kind, key) WHERE is_current = 1;

CREATE TABLE api_keys (
    id         BLOB PRIMARY KEY,
    name       TEXT NOT NULL,
    key_hash   BLOB NOT NULL UNIQUE,
    scopes     TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    revoked_at INTEGER
) STRICT;

CREATE TABLE org_users (
    id            BLOB PRIMARY KEY,
    email         TEXT NOT NULL UNIQUE,
    password_hash TEXT NOT NULL,
    role          TEXT NOT NULL CHECK (role IN ('viewer', 'support', 'admin', 'owner')),
    created_at    INTEGER NOT NULL
) STRICT;

CREATE TABLE sessions (
    key_hash   BLOB PRIMARY KEY,
    -- Whose it is, so that every session of one person can be ended at once.
    subject    TEXT,
    state      TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    expires_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX sessions_of_subject ON sessions (subject);
CREATE INDEX sessions_by_end ON sessions (expires_at);

CREATE TABLE checks (
    id            INTEGER PRIMARY KEY,
    connection_id BLOB NOT NULL REFERENCES connections (id) ON DELETE CASCADE,
    checked_at    INTEGER NOT NULL,
    outcome       TEXT NOT NULL,
    latency_ms    INTEGER NOT NULL
) STRICT;
CREATE INDEX checks_of_connection ON checks (connection_id, id);

-- No references: what happened stays on record when the thing it happened to is gone.
CREATE TABLE audit_events (
    id            BLOB PRIMARY KEY,
    occurred_at   INTEGER NOT NULL,
    actor         TEXT NOT NULL,
    action        TEXT NOT NULL,
    customer_id   BLOB,
    instance_id   BLOB,
    connection_id BLOB,
    detail        TEXT NOT NULL
) STRICT;
CREATE INDEX audit_of_customer ON audit_events (customer_id, id);
CREATE INDEX audit_of_instance ON audit_events (instance_id, id);
CREATE INDEX audit_of_connection ON audit_events (connection_id, id);

CREATE TABLE credential_reads (
    connection_id BLOB NOT NULL,
    api_key_id    BLOB NOT NULL,
    -- Unix time in whole minutes.
    minute        INTEGER NOT NULL,
    reads         INTEGER NOT NULL,
    PRIMARY KEY (connection_id, api_key_id, minute)
) STRICT, WITHOUT ROWID;

CREATE TABLE idempotency_keys (
    api_key_id   BLOB NOT NULL REFERENCES api_keys (id) ON DELETE CASCADE,
    key          TEXT NOT NULL,
    request_hash BLOB NOT NULL,
    status       INTEGER NOT NULL,
    body         TEXT NOT NULL,
    created_at   INTEGER NOT NULL,
    PRIMARY KEY (api_key_id, key)
) STRICT;
CREATE INDEX idempotency_keys_by_age ON idempotency_keys (created_at);
