-- Ourselves as clients that registered themselves (RFC 7591). Rows stay: refresh tokens are bound to the client that obtained them.
CREATE TABLE client_registrations (
    id                UUID PRIMARY KEY,
    registration_url  TEXT NOT NULL,
    token_url         TEXT NOT NULL,
    redirect_uri      TEXT NOT NULL,
    scope             TEXT NOT NULL,
    client_id         TEXT NOT NULL,
    client_secret     JSONB,
    client_auth       TEXT CHECK (client_auth IN ('body', 'basic', 'client_secret_jwt', 'private_key_jwt')),
    secret_expires_at BIGINT,
    -- The one that new consents are asked with.
    is_current        BOOLEAN NOT NULL,
    key_ids           TEXT NOT NULL,
    created_at        BIGINT NOT NULL
);
CREATE UNIQUE INDEX client_registrations_one_current ON client_registrations (registration_url, token_url, redirect_uri, scope)
    WHERE is_current;
CREATE INDEX client_registrations_by_key ON client_registrations (key_ids);

ALTER TABLE attempts ADD COLUMN names_issuer BOOLEAN NOT NULL DEFAULT FALSE;
ALTER TABLE attempts ADD COLUMN registration_id UUID REFERENCES client_registrations (id);
