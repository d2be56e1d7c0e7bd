-- A second wall behind the statements' own conditions. A statement sees the rows of the scope that `jackfield.scope` names:
-- `organization`, or one customer's id. Where it names none, the statement fails. FORCE: the role that serves owns the tables.
--
-- A new table that names a customer, an instance or a connection: ENABLE, FORCE, and a policy like one of these. The sub-selects are
-- asked once a statement, not once a row; after a concurrent update each of them is, so none may fail for the organization.

-- Rows that name their customer; without one they are the organization's.
DO $$
DECLARE named RECORD;
BEGIN
    FOR named IN SELECT * FROM (VALUES
        ('customers', 'id'), ('instances', 'customer_id'), ('connections', 'customer_id'), ('links', 'customer_id'),
        ('audit_events', 'customer_id')) AS t (name, customer)
    LOOP
        EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', named.name);
        EXECUTE format('ALTER TABLE %I FORCE ROW LEVEL SECURITY', named.name);
        EXECUTE format(
            'CREATE POLICY wall ON %I USING (CASE (SELECT current_setting(''jackfield.scope'')) WHEN ''organization'' THEN TRUE
             ELSE %I = (SELECT CAST(NULLIF(current_setting(''jackfield.scope''), ''organization'') AS UUID)) END)', named.name, named.customer);
    END LOOP;
END $$;

-- Rows of a connection, and of its attempts: who sees it sees them.
ALTER TABLE attempts ENABLE ROW LEVEL SECURITY;
ALTER TABLE attempts FORCE ROW LEVEL SECURITY;
CREATE POLICY wall ON attempts USING (CASE (SELECT current_setting('jackfield.scope')) WHEN 'organization' THEN TRUE
    ELSE EXISTS (SELECT 1 FROM connections WHERE connections.id = attempts.connection_id) END);

ALTER TABLE undecided_attempts ENABLE ROW LEVEL SECURITY;
ALTER TABLE undecided_attempts FORCE ROW LEVEL SECURITY;
CREATE POLICY wall ON undecided_attempts USING (CASE (SELECT current_setting('jackfield.scope')) WHEN 'organization' THEN TRUE
    ELSE EXISTS (SELECT 1 FROM attempts WHERE attempts.id = undecided_attempts.attempt_id) END);

ALTER TABLE checks ENABLE ROW LEVEL SECURITY;
ALTER TABLE checks FORCE ROW LEVEL SECURITY;
CREATE POLICY wall ON checks USING (CASE (SELECT current_setting('jackfield.scope')) WHEN 'organization' THEN TRUE
    ELSE EXISTS (SELECT 1 FROM connections WHERE connections.id = checks.connection_id) END);

-- The organization's alone: they tell of every customer.
DO $$
DECLARE named TEXT;
BEGIN
    FOREACH named IN ARRAY ARRAY['credential_reads', 'events', 'webhook_deliveries', 'webhook_tries'] LOOP
        EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', named);
        EXECUTE format('ALTER TABLE %I FORCE ROW LEVEL SECURITY', named);
        EXECUTE format('CREATE POLICY wall ON %I USING ((SELECT current_setting(''jackfield.scope'')) = ''organization'')', named);
    END LOOP;
END $$;
