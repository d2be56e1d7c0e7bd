-- Org users: those who sign in by single sign-on have no password; who is disabled stays on record.
CREATE TABLE org_users_next (
    id                BLOB PRIMARY KEY,
    email             TEXT NOT NULL UNIQUE,
    password_hash     TEXT,
    role              TEXT NOT NULL CHECK (role IN ('viewer', 'support', 'admin', 'owner')),
    -- Who they are to the single sign-on provider.
    issuer            TEXT,
    subject           TEXT,
    -- Sealed. It counts once a first code has confirmed it; each time step (RFC 6238) is taken once.
    totp_secret       TEXT,
    totp_confirmed_at INTEGER,
    totp_last_step    INTEGER NOT NULL DEFAULT 0,
    -- Counts secrets set and taken away: none comes back.
    totp_revision     INTEGER NOT NULL DEFAULT 0,
    key_ids           TEXT NOT NULL DEFAULT '',
    created_at        INTEGER NOT NULL,
    signed_in_at      INTEGER,
    disabled_at       INTEGER,
    UNIQUE (issuer, subject),
    CHECK ((issuer IS NULL) = (subject IS NULL))
) STRICT;
INSERT INTO org_users_next (id, email, password_hash, role, created_at) SELECT id, email, password_hash, role, created_at FROM org_users;
DROP TABLE org_users;
ALTER TABLE org_users_next RENAME TO org_users;
CREATE INDEX org_users_by_key ON org_users (key_ids) WHERE key_ids <> '';

-- What stands in for a lost second step, each once.
CREATE TABLE recovery_codes (
    user_id   BLOB NOT NULL REFERENCES org_users (id) ON DELETE CASCADE,
    code_hash BLOB NOT NULL,
    PRIMARY KEY (user_id, code_hash)
) STRICT, WITHOUT ROWID;

CREATE TABLE invitations (
    id          BLOB PRIMARY KEY,
    token_hash  BLOB NOT NULL UNIQUE,
    email       TEXT NOT NULL,
    role        TEXT NOT NULL CHECK (role IN ('viewer', 'support', 'admin', 'owner')),
    created_at  INTEGER NOT NULL,
    expires_at  INTEGER NOT NULL,
    accepted_at INTEGER,
    revoked_at  INTEGER
) STRICT;
CREATE UNIQUE INDEX invitations_one_open ON invitations (email) WHERE accepted_at IS NULL AND revoked_at IS NULL;

-- One a user: a new one takes the place of the one before.
CREATE TABLE password_resets (
    user_id    BLOB PRIMARY KEY REFERENCES org_users (id) ON DELETE CASCADE,
    token_hash BLOB NOT NULL UNIQUE,
    expires_at INTEGER NOT NULL
) STRICT;

-- Failed sign-ins, by the hash of what they are counted for (an account, an account from a network, a second step).
CREATE TABLE sign_in_pauses (
    key_hash     BLOB PRIMARY KEY,
    failures     INTEGER NOT NULL,
    failed_at    INTEGER NOT NULL,
    paused_until INTEGER NOT NULL,
    succeeded_at INTEGER
) STRICT, WITHOUT ROWID;
CREATE INDEX sign_in_pauses_by_age ON sign_in_pauses (failed_at);

CREATE TABLE customer_users (
    id            BLOB PRIMARY KEY,
    customer_id   BLOB NOT NULL REFERENCES customers (id) ON DELETE CASCADE,
    email         TEXT NOT NULL,
    name          TEXT NOT NULL,
    role          TEXT NOT NULL CHECK (role IN ('member', 'admin')),
    password_hash TEXT,
    issuer        TEXT,
    subject       TEXT,
    created_at    INTEGER NOT NULL,
    signed_in_at  INTEGER,
    disabled_at   INTEGER,
    UNIQUE (customer_id, email),
    UNIQUE (customer_id, issuer, subject),
    CHECK ((issuer IS NULL) = (subject IS NULL))
) STRICT;
-- Whoever comes with an address and a password names no customer.
CREATE UNIQUE INDEX customer_users_one_password ON customer_users (email) WHERE password_hash IS NOT NULL;

-- Sign a customer user in once, without a password: invitations, and for who forgot theirs. One a user.
CREATE TABLE sign_in_links (
    user_id    BLOB PRIMARY KEY REFERENCES customer_users (id) ON DELETE CASCADE,
    token_hash BLOB NOT NULL UNIQUE,
    expires_at INTEGER NOT NULL
) STRICT;
CREATE INDEX sign_in_links_by_end ON sign_in_links (expires_at);

-- A customer's own single sign-on. Who comes with an address of `domain` is sent there.
CREATE TABLE customer_sso (
    customer_id   BLOB PRIMARY KEY REFERENCES customers (id) ON DELETE CASCADE,
    issuer        TEXT NOT NULL,
    client_id     TEXT NOT NULL,
    client_secret TEXT NOT NULL,
    domain        TEXT NOT NULL UNIQUE,
    default_role  TEXT NOT NULL CHECK (default_role IN ('member', 'admin')),
    key_ids       TEXT NOT NULL,
    revision      INTEGER NOT NULL,
    updated_at    INTEGER NOT NULL
) STRICT;
CREATE INDEX customer_sso_by_key ON customer_sso (key_ids);

-- Single sign-ons in progress: each comes back once, to the browser that began it.
CREATE TABLE sso_attempts (
    state_hash   BLOB PRIMARY KEY,
    browser_hash BLOB NOT NULL,
    -- NULL: an org user's.
    customer_id  BLOB REFERENCES customers (id) ON DELETE CASCADE,
    created_at   INTEGER NOT NULL
) STRICT;
CREATE INDEX sso_attempts_by_age ON sso_attempts (created_at);
CREATE INDEX sso_attempts_of_customer ON sso_attempts (customer_id) WHERE customer_id IS NOT NULL;

ALTER TABLE links ADD COLUMN user_id BLOB REFERENCES customer_users (id) ON DELETE CASCADE;
CREATE INDEX links_of_user ON links (user_id) WHERE user_id IS NOT NULL;

-- A browser may hold an org user's session and a customer user's at once.
ALTER TABLE sessions ADD COLUMN customer_user TEXT;
CREATE INDEX sessions_of_customer_user ON sessions (customer_user) WHERE customer_user IS NOT NULL;

ALTER TABLE api_keys ADD COLUMN used_at INTEGER;
