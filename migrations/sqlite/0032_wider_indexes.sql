-- The console's tallies look at nothing else of a connection: found in the index, no row of it is read.
DROP INDEX connections_bad;
CREATE INDEX connections_bad ON connections (customer_id, instance_id, user_id, status)
    WHERE status IN ('needs_reconnecting', 'not_working');
DROP INDEX connections_left;
CREATE INDEX connections_left ON connections (customer_id, instance_id, user_id, status, first_connected_at)
    WHERE status = 'not_connected' AND first_connected_at IS NOT NULL;
DROP INDEX connections_in_trouble;
CREATE INDEX connections_in_trouble ON connections (status, instance_id, connector, connection_type)
    WHERE status IN ('needs_reconnecting', 'not_working');
DROP INDEX connections_bad_by_time;
CREATE INDEX connections_bad_by_time ON connections (updated_at, owner, status) WHERE status IN ('needs_reconnecting', 'not_working');

-- By which an account is found.
DROP INDEX connections_by_account;
ALTER TABLE connections ADD COLUMN account_key TEXT GENERATED ALWAYS AS (lower(account)) VIRTUAL;
CREATE INDEX connections_by_account ON connections (account_key) WHERE account_key IS NOT NULL;
