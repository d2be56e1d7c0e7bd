-- A customer's token for a builder of workflows: it ends by itself, and with the customer.
ALTER TABLE api_keys ADD COLUMN customer_id UUID REFERENCES customers (id) ON DELETE CASCADE;
ALTER TABLE api_keys ADD COLUMN expires_at BIGINT;
CREATE INDEX api_keys_of_customer ON api_keys (customer_id) WHERE customer_id IS NOT NULL;
CREATE INDEX api_keys_by_end ON api_keys (expires_at) WHERE expires_at IS NOT NULL;

-- Who is asking is found out before it is known whose rows they may see: the organization's alone.
ALTER TABLE api_keys ENABLE ROW LEVEL SECURITY;
ALTER TABLE api_keys FORCE ROW LEVEL SECURITY;
CREATE POLICY wall ON api_keys USING ((SELECT current_setting('jackfield.scope')) = 'organization');
