-- What people call a saved connection; empty where its definition has one only.
ALTER TABLE connections ADD COLUMN name TEXT NOT NULL DEFAULT '';
-- Test credentials: of a slot (owner 'test'), or of a definition (owner 'organization'). No instance is ever bound to them.
ALTER TABLE connections ADD COLUMN is_test BOOLEAN NOT NULL DEFAULT FALSE;
UPDATE connections SET is_test = TRUE WHERE owner = 'test';
DROP INDEX connections_one_an_organization;
CREATE UNIQUE INDEX connections_one_an_organization ON connections (definition, is_test) WHERE owner = 'organization';
CREATE UNIQUE INDEX connections_one_a_name ON connections (customer_id, definition, name) WHERE owner = 'customer';
CREATE INDEX connections_of_definition ON connections (definition, id) WHERE definition IS NOT NULL;
DROP INDEX connections_unscheduled;
CREATE INDEX connections_unscheduled ON connections (connector, connection_type, connector_version)
    WHERE check_at IS NULL AND NOT is_test AND status IN ('connected', 'not_working');

-- Which connection a slot of an instance uses, where that is not the slot's own.
CREATE TABLE bindings (
    instance_id   UUID NOT NULL REFERENCES instances (id) ON DELETE CASCADE,
    slot          TEXT NOT NULL,
    -- No cascade: what is used is not deleted.
    connection_id UUID NOT NULL REFERENCES connections (id),
    PRIMARY KEY (instance_id, slot)
);
CREATE INDEX bindings_of_connection ON bindings (connection_id);
ALTER TABLE bindings ENABLE ROW LEVEL SECURITY;
ALTER TABLE bindings FORCE ROW LEVEL SECURITY;
CREATE POLICY wall ON bindings USING (CASE (SELECT current_setting('jackfield.scope')) WHEN 'organization' THEN TRUE
    ELSE EXISTS (SELECT 1 FROM instances WHERE instances.id = bindings.instance_id) END);

-- The reusable connection for which it was paused, and with which it is turned on again.
ALTER TABLE instances ADD COLUMN paused_for TEXT;
