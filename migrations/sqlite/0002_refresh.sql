-- When a token is renewed next, how the last tries went, and when the connection itself ends.
ALTER TABLE connections ADD COLUMN refresh_at INTEGER;
ALTER TABLE connections ADD COLUMN refresh_failures INTEGER NOT NULL DEFAULT 0;
ALTER TABLE connections ADD COLUMN refresh_reason TEXT;
-- Durable before the provider is asked, and gone when its answer is known.
ALTER TABLE connections ADD COLUMN refresh_started_at INTEGER;
ALTER TABLE connections ADD COLUMN refreshed_at INTEGER;
ALTER TABLE connections ADD COLUMN ends_at INTEGER;
-- NULL: nothing to warn of, or the warning was given.
ALTER TABLE connections ADD COLUMN ends_warn_at INTEGER;
CREATE INDEX connections_by_refresh ON connections (connector, refresh_at) WHERE refresh_at IS NOT NULL;
CREATE INDEX connections_by_warning ON connections (ends_warn_at) WHERE ends_warn_at IS NOT NULL;

-- Tokens from before are renewed five minutes before their end.
UPDATE connections SET refresh_at = CAST(unixepoch(json_extract(token, '$.expires_at'), 'subsec') * 1000 AS INTEGER) - 300000
WHERE json_extract(token, '$.has_refresh_token') AND json_extract(token, '$.expires_at') IS NOT NULL
    AND status <> 'needs_reconnecting';
