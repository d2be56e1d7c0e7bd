-- The console's tallies look at nothing else of a connection: found in the index, no row of it is read. What is included is what the
-- walls look at.
DROP INDEX connections_bad;
CREATE INDEX connections_bad ON connections (customer_id, instance_id, user_id, status) INCLUDE (owner, is_test)
    WHERE status IN ('needs_reconnecting', 'not_working');
DROP INDEX connections_left;
CREATE INDEX connections_left ON connections (customer_id, instance_id, user_id, status, first_connected_at) INCLUDE (owner, is_test)
    WHERE status = 'not_connected' AND first_connected_at IS NOT NULL;
DROP INDEX connections_in_trouble;
CREATE INDEX connections_in_trouble ON connections (status, instance_id, connector, connection_type)
    INCLUDE (customer_id, owner, is_test) WHERE status IN ('needs_reconnecting', 'not_working');
DROP INDEX connections_bad_by_time;
CREATE INDEX connections_bad_by_time ON connections (updated_at, owner, status) INCLUDE (customer_id, is_test)
    WHERE status IN ('needs_reconnecting', 'not_working');
DROP INDEX connections_of_account;
CREATE INDEX connections_of_account ON connections (connector, connection_type, account) INCLUDE (customer_id, owner, is_test);

-- By which an account is found. An index of an expression is not looked up behind the walls: `lower` might tell of rows beyond them.
DROP INDEX connections_by_account;
ALTER TABLE connections ADD COLUMN account_key TEXT COLLATE "C" GENERATED ALWAYS AS (lower(account)) STORED;
CREATE INDEX connections_by_account ON connections (account_key) WHERE account_key IS NOT NULL;
