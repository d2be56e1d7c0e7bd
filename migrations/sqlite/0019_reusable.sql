-- What people call a saved connection; empty where its definition has one only.
ALTER TABLE connections ADD COLUMN name TEXT NOT NULL DEFAULT '';
-- Test credentials: of a slot (owner 'test'), or of a definition (owner 'organization'). No instance is ever bound to them.
ALTER TABLE connections ADD COLUMN is_test INTEGER NOT NULL DEFAULT 0 CHECK (is_test IN (0, 1));
UPDATE connections SET is_test = 1 WHERE owner = 'test';
DROP INDEX connections_one_an_organization;
CREATE UNIQUE INDEX connections_one_an_organization ON connections (definition, is_test) WHERE owner = 'organization';
CREATE UNIQUE INDEX connections_one_a_name ON connections (customer_id, definition, name) WHERE owner = 'customer';
CREATE INDEX connections_of_definition ON connections (definition, id) WHERE definition IS NOT NULL;
DROP INDEX connections_unscheduled;
CREATE INDEX connections_unscheduled ON connections (connector, connection_type, connector_version)
    WHERE check_at IS NULL AND NOT is_test AND status IN ('connected', 'not_working');

-- Which connection a slot of an instance uses, where that is not the slot's own.
CREATE TABLE bindings (
    instance_id   BLOB NOT NULL REFERENCES instances (id) ON DELETE CASCADE,
    slot          TEXT NOT NULL,
    -- No cascade: what is used is not deleted.
    connection_id BLOB NOT NULL REFERENCES connections (id),
    PRIMARY KEY (instance_id, slot)
) STRICT, WITHOUT ROWID;
CREATE INDEX bindings_of_connection ON bindings (connection_id);

-- The reusable connection for which it was paused, and with which it is turned on again.
ALTER TABLE instances ADD COLUMN paused_for TEXT;
