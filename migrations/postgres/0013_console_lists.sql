-- What the console's lists are ordered and searched by: the name in lower case, as the program writes it.
ALTER TABLE customers ADD COLUMN name_key TEXT COLLATE "C" NOT NULL DEFAULT '';
UPDATE customers SET name_key = lower(name);
CREATE INDEX customers_by_name ON customers (name_key, id);
CREATE INDEX instances_by_name ON instances ((lower(name) COLLATE "C"));
CREATE INDEX connections_by_account ON connections ((lower(account) COLLATE "C")) WHERE account IS NOT NULL;
CREATE INDEX links_by_email ON links ((lower(user_email) COLLATE "C")) WHERE user_email IS NOT NULL;

-- Who needs attention, and whom one waits for.
CREATE INDEX connections_bad ON connections (customer_id, instance_id) WHERE status IN ('needs_reconnecting', 'not_working');
CREATE INDEX connections_bad_by_time ON connections (updated_at) WHERE status IN ('needs_reconnecting', 'not_working');
CREATE INDEX connections_left ON connections (customer_id, instance_id)
    WHERE status = 'not_connected' AND first_connected_at IS NOT NULL;
CREATE INDEX instances_of_customer_by_status ON instances (customer_id, status);
CREATE INDEX instances_of_integration_by_status ON instances (integration_key, status);
CREATE INDEX instances_drafts ON instances (updated_at) WHERE status = 'draft';
CREATE INDEX links_opened ON links (opened_at) WHERE opened_at IS NOT NULL AND revoked_at IS NULL;
