-- Org users: those who sign in by single sign-on have no password; who is disabled stays on record.
ALTER TABLE org_users ALTER COLUMN password_hash DROP NOT NULL;
-- Who they are to the single sign-on provider.
ALTER TABLE org_users ADD COLUMN issuer TEXT;
ALTER TABLE org_users ADD COLUMN subject TEXT;
-- Sealed. It counts once a first code has confirmed it; each time step (RFC 6238) is taken once.
ALTER TABLE org_users ADD COLUMN totp_secret JSONB;
ALTER TABLE org_users ADD COLUMN totp_confirmed_at BIGINT;
ALTER TABLE org_users ADD COLUMN totp_last_step BIGINT NOT NULL DEFAULT 0;
-- Counts secrets set and taken away: none comes back.
ALTER TABLE org_users ADD COLUMN totp_revision BIGINT NOT NULL DEFAULT 0;
ALTER TABLE org_users ADD COLUMN key_ids TEXT NOT NULL DEFAULT '';
ALTER TABLE org_users ADD COLUMN signed_in_at BIGINT;
ALTER TABLE org_users ADD COLUMN disabled_at BIGINT;
ALTER TABLE org_users ADD CONSTRAINT org_users_one_identity UNIQUE (issuer, subject);
ALTER TABLE org_users ADD CONSTRAINT org_users_whole_identity CHECK ((issuer IS NULL) = (subject IS NULL));
CREATE INDEX org_users_by_key ON org_users (key_ids) WHERE key_ids <> '';

-- What stands in for a lost second step, each once.
CREATE TABLE recovery_codes (
    user_id   UUID NOT NULL REFERENCES org_users (id) ON DELETE CASCADE,
    code_hash BYTEA NOT NULL,
    PRIMARY KEY (user_id, code_hash)
);

CREATE TABLE invitations (
    id          UUID PRIMARY KEY,
    token_hash  BYTEA NOT NULL UNIQUE,
    email       TEXT NOT NULL,
    role        TEXT NOT NULL CHECK (role IN ('viewer', 'support', 'admin', 'owner')),
    created_at  BIGINT NOT NULL,
    expires_at  BIGINT NOT NULL,
    accepted_at BIGINT,
    revoked_at  BIGINT
);
CREATE UNIQUE INDEX invitations_one_open ON invitations (email) WHERE accepted_at IS NULL AND revoked_at IS NULL;

-- One a user: a new one takes the place of the one before.
CREATE TABLE password_resets (
    user_id    UUID PRIMARY KEY REFERENCES org_users (id) ON DELETE CASCADE,
    token_hash BYTEA NOT NULL UNIQUE,
    expires_at BIGINT NOT NULL
);

-- Failed sign-ins, by the hash of what they are counted for (an account, an account from a network, a second step).
CREATE TABLE sign_in_pauses (
    key_hash     BYTEA PRIMARY KEY,
    failures     BIGINT NOT NULL,
    failed_at    BIGINT NOT NULL,
    paused_until BIGINT NOT NULL,
    succeeded_at BIGINT
);
CREATE INDEX sign_in_pauses_by_age ON sign_in_pauses (failed_at);

CREATE TABLE customer_users (
    id            UUID PRIMARY KEY,
    customer_id   UUID NOT NULL REFERENCES customers (id) ON DELETE CASCADE,
    email         TEXT NOT NULL,
    name          TEXT NOT NULL,
    role          TEXT NOT NULL CHECK (role IN ('member', 'admin')),
    password_hash TEXT,
    issuer        TEXT,
    subject       TEXT,
    created_at    BIGINT NOT NULL,
    signed_in_at  BIGINT,
    disabled_at   BIGINT,
    UNIQUE (customer_id, email),
    UNIQUE (customer_id, issuer, subject),
    CHECK ((issuer IS NULL) = (subject IS NULL))
);
-- Whoever comes with an address and a password names no customer.
CREATE UNIQUE INDEX customer_users_one_password ON customer_users (email) WHERE password_hash IS NOT NULL;

-- Sign a customer user in once, without a password: invitations, and for who forgot theirs. One a user.
CREATE TABLE sign_in_links (
    user_id    UUID PRIMARY KEY REFERENCES customer_users (id) ON DELETE CASCADE,
    token_hash BYTEA NOT NULL UNIQUE,
    expires_at BIGINT NOT NULL
);
CREATE INDEX sign_in_links_by_end ON sign_in_links (expires_at);

-- A customer's own single sign-on. Who comes with an address of `domain` is sent there.
CREATE TABLE customer_sso (
    customer_id   UUID PRIMARY KEY REFERENCES customers (id) ON DELETE CASCADE,
    issuer        TEXT NOT NULL,
    client_id     TEXT NOT NULL,
    client_secret JSONB NOT NULL,
    domain        TEXT NOT NULL UNIQUE,
    default_role  TEXT NOT NULL CHECK (default_role IN ('member', 'admin')),
    key_ids       TEXT NOT NULL,
    revision      BIGINT NOT NULL,
    updated_at    BIGINT NOT NULL
);
CREATE INDEX customer_sso_by_key ON customer_sso (key_ids);

-- Single sign-ons in progress: each comes back once, to the browser that began it.
CREATE TABLE sso_attempts (
    state_hash   BYTEA PRIMARY KEY,
    browser_hash BYTEA NOT NULL,
    -- NULL: an org user's.
    customer_id  UUID REFERENCES customers (id) ON DELETE CASCADE,
    created_at   BIGINT NOT NULL
);
CREATE INDEX sso_attempts_by_age ON sso_attempts (created_at);
CREATE INDEX sso_attempts_of_customer ON sso_attempts (customer_id) WHERE customer_id IS NOT NULL;

ALTER TABLE links ADD COLUMN user_id UUID REFERENCES customer_users (id) ON DELETE CASCADE;
CREATE INDEX links_of_user ON links (user_id) WHERE user_id IS NOT NULL;

-- A browser may hold an org user's session and a customer user's at once.
ALTER TABLE sessions ADD COLUMN customer_user TEXT;
CREATE INDEX sessions_of_customer_user ON sessions (customer_user) WHERE customer_user IS NOT NULL;

ALTER TABLE api_keys ADD COLUMN used_at BIGINT;

DO $$
DECLARE named TEXT;
BEGIN
    FOREACH named IN ARRAY ARRAY['customer_users', 'customer_sso', 'sso_attempts'] LOOP
        EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', named);
        EXECUTE format('ALTER TABLE %I FORCE ROW LEVEL SECURITY', named);
        EXECUTE format(
            'CREATE POLICY wall ON %I USING (CASE (SELECT current_setting(''jackfield.scope'')) WHEN ''organization'' THEN TRUE
             ELSE customer_id = (SELECT CAST(NULLIF(current_setting(''jackfield.scope''), ''organization'') AS UUID)) END)', named);
    END LOOP;
END $$;
ALTER TABLE sign_in_links ENABLE ROW LEVEL SECURITY;
ALTER TABLE sign_in_links FORCE ROW LEVEL SECURITY;
CREATE POLICY wall ON sign_in_links USING ((SELECT current_setting('jackfield.scope')) = 'organization');
