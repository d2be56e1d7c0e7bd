-- Ourselves as clients that registered themselves (RFC 7591). Rows stay: refresh tokens are bound to the client that obtained them.
CREATE TABLE client_registrations (
    id                BLOB PRIMARY KEY,
    registration_url  TEXT NOT NULL,
    token_url         TEXT NOT NULL,
    redirect_uri      TEXT NOT NULL,
    scope             TEXT NOT NULL,
    client_id         TEXT NOT NULL,
    client_secret     TEXT,
    client_auth       TEXT CHECK (client_auth IN ('body', 'basic', 'client_secret_jwt', 'private_key_jwt')),
    secret_expires_at INTEGER,
    -- The one that new consents are asked with.
    is_current        INTEGER NOT NULL CHECK (is_current IN (0, 1)),
    key_ids           TEXT NOT NULL,
    created_at        INTEGER NOT NULL
) STRICT;
CREATE UNIQUE INDEX client_registrations_one_current ON client_registrations (registration_url, token_url, redirect_uri, scope)
    WHERE is_current = 1;
CREATE INDEX client_registrations_by_key ON client_registrations (key_ids);

ALTER TABLE attempts ADD COLUMN names_issuer INTEGER NOT NULL DEFAULT 0 CHECK (names_issuer IN (0, 1));
ALTER TABLE attempts ADD COLUMN registration_id BLOB REFERENCES client_registrations (id);
