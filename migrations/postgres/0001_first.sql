CREATE TABLE organizations (
    id        UUID PRIMARY KEY,
    name      TEXT NOT NULL,
    -- A sealed constant: a start with another master key finds out by it.
    key_check BYTEA
);

CREATE TABLE customers (
    id          UUID PRIMARY KEY,
    external_id TEXT NOT NULL UNIQUE,
    name        TEXT NOT NULL,
    revision    BIGINT NOT NULL,
    created_at  BIGINT NOT NULL,
    updated_at  BIGINT NOT NULL
);

CREATE TABLE instances (
    id                  UUID PRIMARY KEY,
    customer_id         UUID NOT NULL REFERENCES customers (id) ON DELETE CASCADE,
    integration_key     TEXT NOT NULL,
    integration_version BIGINT NOT NULL,
    name                TEXT NOT NULL,
    status              TEXT NOT NULL CHECK (status IN ('draft', 'active', 'paused')),
    variables           JSONB NOT NULL,
    draft_variables     JSONB NOT NULL,
    visited_pages       JSONB NOT NULL,
    revision            BIGINT NOT NULL,
    created_at          BIGINT NOT NULL,
    updated_at          BIGINT NOT NULL,
    deployed_at         BIGINT
);
CREATE INDEX instances_of_customer ON instances (customer_id, integration_key);
CREATE INDEX instances_of_integration ON instances (integration_key, integration_version);

-- One row holds all that a credential read needs. Secrets are sealed envelopes, by field.
CREATE TABLE connections (
    id                UUID PRIMARY KEY,
    owner             TEXT NOT NULL,
    customer_id       UUID REFERENCES customers (id) ON DELETE CASCADE,
    instance_id       UUID REFERENCES instances (id) ON DELETE CASCADE,
    slot              TEXT,
    definition        TEXT,
    test_integration  TEXT,
    connector         TEXT NOT NULL,
    connection_type   TEXT NOT NULL,
    connector_version BIGINT NOT NULL,
    status            TEXT NOT NULL,
    reason            TEXT,
    account           TEXT,
    context           JSONB NOT NULL,
    clear             JSONB NOT NULL,
    secrets           JSONB NOT NULL,
    token             JSONB,
    draft_clear       JSONB NOT NULL,
    draft_secrets     JSONB NOT NULL,
    -- The master keys under which this row's secrets are wrapped, sorted, space separated.
    key_ids           TEXT NOT NULL,
    checked_at        BIGINT,
    revision          BIGINT NOT NULL,
    created_at        BIGINT NOT NULL,
    updated_at        BIGINT NOT NULL,
    lease_owner       TEXT,
    lease_until       BIGINT,
    fence             BIGINT NOT NULL DEFAULT 0,
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
);
CREATE UNIQUE INDEX connections_one_a_slot ON connections (instance_id, slot) WHERE owner = 'slot';
CREATE UNIQUE INDEX connections_one_an_organization ON connections (definition) WHERE owner = 'organization';
CREATE UNIQUE INDEX connections_one_a_test_slot ON connections (test_integration, slot) WHERE owner = 'test';
CREATE INDEX connections_of_customer ON connections (customer_id);
CREATE INDEX connections_of_type ON connections (connector, connection_type);
CREATE INDEX connections_by_key ON connections (key_ids);

CREATE TABLE attempts (
    id            UUID PRIMARY KEY,
    connection_id UUID NOT NULL REFERENCES connections (id) ON DELETE CASCADE,
    state_hash    BYTEA NOT NULL UNIQUE,
    browser_hash  BYTEA NOT NULL,
    pkce_verifier JSONB,
    redirect_uri  TEXT NOT NULL,
    return_to     TEXT NOT NULL,
    issuer        TEXT,
    status        TEXT NOT NULL CHECK (status IN ('pending', 'claimed', 'completed', 'denied', 'failed', 'expired')),
    reason        TEXT,
    created_at    BIGINT NOT NULL,
    claimed_at    BIGINT,
    ended_at      BIGINT
);
CREATE INDEX attempts_of_connection ON attempts (connection_id);

CREATE TABLE links (
    id              UUID PRIMARY KEY,
    token_hash      BYTEA NOT NULL UNIQUE,
    customer_id     UUID NOT NULL REFERENCES customers (id) ON DELETE CASCADE,
    integration_key TEXT,
    instance_id     UUID REFERENCES instances (id) ON DELETE CASCADE,
    connection_id   UUID REFERENCES connections (id) ON DELETE CASCADE,
    user_name       TEXT,
    user_email      TEXT,
    created_at      BIGINT NOT NULL,
    expires_at      BIGINT NOT NULL,
    opened_at       BIGINT,
    revoked_at      BIGINT,
    CHECK (num_nonnulls(integration_key, instance_id, connection_id) = 1),
    CHECK ((user_name IS NULL) = (user_email IS NULL))
);
CREATE INDEX links_of_customer ON links (customer_id);
CREATE INDEX links_of_instance ON links (instance_id);
CREATE INDEX links_of_connection ON links (connection_id);

-- What was applied, every version of it. The text of `body` keeps the manifest's order.
CREATE TABLE documents (
    id         UUID PRIMARY KEY,
    kind       TEXT NOT NULL,
    key        TEXT NOT NULL,
    version    BIGINT NOT NULL,
    body       TEXT NOT NULL,
    secrets    JSONB NOT NULL,
    key_ids    TEXT NOT NULL,
    is_current BOOLEAN NOT NULL,
    created_at BIGINT NOT NULL,
    UNIQUE (kind, key, version)
);
CREATE UNIQUE INDEX documents_one_current ON documents (kind, key) WHERE is_current;

CREATE TABLE api_keys (
    id         UUID PRIMARY KEY,
    name       TEXT NOT NULL,
    key_hash   BYTEA NOT NULL UNIQUE,
    scopes     JSONB NOT NULL,
    created_at BIGINT NOT NULL,
    revoked_at BIGINT
);

CREATE TABLE org_users (
    id            UUID PRIMARY KEY,
    email         TEXT NOT NULL UNIQUE,
    password_hash TEXT NOT NULL,
    role          TEXT NOT NULL CHECK (role IN ('viewer', 'support', 'admin', 'owner')),
    created_at    BIGINT NOT NULL
);

CREATE TABLE sessions (
    key_hash   BYTEA PRIMARY KEY,
    -- Whose it is, so that every session of one person can be ended at once.
    subject    TEXT,
    state      TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL
);
CREATE INDEX sessions_of_subject ON sessions (subject);
CREATE INDEX sessions_by_end ON sessions (expires_at);

CREATE TABLE checks (
    id            BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    connection_id UUID NOT NULL REFERENCES connections (id) ON DELETE CASCADE,
    checked_at    BIGINT NOT NULL,
    outcome       JSONB NOT NULL,
    latency_ms    BIGINT NOT NULL
);
CREATE INDEX checks_of_connection ON checks (connection_id, id);

-- No references: what happened stays on record when the thing it happened to is gone.
CREATE TABLE audit_events (
    id            UUID PRIMARY KEY,
    occurred_at   BIGINT NOT NULL,
    actor         JSONB NOT NULL,
    action        TEXT NOT NULL,
    customer_id   UUID,
    instance_id   UUID,
    connection_id UUID,
    detail        JSONB NOT NULL
);
CREATE INDEX audit_of_customer ON audit_events (customer_id, id);
CREATE INDEX audit_of_instance ON audit_events (instance_id, id);
CREATE INDEX audit_of_connection ON audit_events (connection_id, id);

CREATE TABLE credential_reads (
    connection_id UUID NOT NULL,
    api_key_id    UUID NOT NULL,
    -- Unix time in whole minutes.
    minute        BIGINT NOT NULL,
    reads         BIGINT NOT NULL,
    PRIMARY KEY (connection_id, api_key_id, minute)
);

CREATE TABLE idempotency_keys (
    api_key_id   UUID NOT NULL REFERENCES api_keys (id) ON DELETE CASCADE,
    key          TEXT NOT NULL,
    request_hash BYTEA NOT NULL,
    status       BIGINT NOT NULL,
    body         TEXT NOT NULL,
    created_at   BIGINT NOT NULL,
    PRIMARY KEY (api_key_id, key)
);
CREATE INDEX idempotency_keys_by_age ON idempotency_keys (created_at);
