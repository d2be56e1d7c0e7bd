-- A slot of a customer's instance may be bound to a connection of the organization: seen in any scope, changed in the organization's alone.
CREATE POLICY shared ON connections FOR SELECT USING (owner = 'organization' AND NOT is_test
    AND (SELECT CAST(NULLIF(current_setting('jackfield.scope'), 'organization') AS UUID)) IS NOT NULL);
