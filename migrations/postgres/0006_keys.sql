-- It holds a PKCE verifier, or OAuth 1.0a's temporary credentials.
ALTER TABLE attempts RENAME COLUMN pkce_verifier TO secret;
