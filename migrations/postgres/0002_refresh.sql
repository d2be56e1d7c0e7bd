-- When a token is renewed next, how the last tries went, and when the connection itself ends.
ALTER TABLE connections ADD COLUMN refresh_at BIGINT;
ALTER TABLE connections ADD COLUMN refresh_failures BIGINT NOT NULL DEFAULT 0;
ALTER TABLE connections ADD COLUMN refresh_reason TEXT;
-- Durable before the provider is asked, and gone when its answer is known.
ALTER TABLE connections ADD COLUMN refresh_started_at BIGINT;
ALTER TABLE connections ADD COLUMN refreshed_at BIGINT;
ALTER TABLE connections ADD COLUMN ends_at BIGINT;
-- NULL: nothing to warn of, or the warning was given.
ALTER TABLE connections ADD COLUMN ends_warn_at BIGINT;
CREATE INDEX connections_by_refresh ON connections (connector, refresh_at) WHERE refresh_at IS NOT NULL;
CREATE INDEX connections_by_warning ON connections (ends_warn_at) WHERE ends_warn_at IS NOT NULL;

-- Tokens from before are renewed five minutes before their end.
UPDATE connections SET refresh_at = CAST(EXTRACT(EPOCH FROM CAST(token ->> 'expires_at' AS TIMESTAMPTZ)) * 1000 AS BIGINT) - 300000
WHERE CAST(token ->> 'has_refresh_token' AS BOOLEAN) AND token ->> 'expires_at' IS NOT NULL AND status <> 'needs_reconnecting';
