-- A customer's token for a builder of workflows: it ends by itself, and with the customer.
ALTER TABLE api_keys ADD COLUMN customer_id BLOB REFERENCES customers (id) ON DELETE CASCADE;
ALTER TABLE api_keys ADD COLUMN expires_at INTEGER;
CREATE INDEX api_keys_of_customer ON api_keys (customer_id) WHERE customer_id IS NOT NULL;
CREATE INDEX api_keys_by_end ON api_keys (expires_at) WHERE expires_at IS NOT NULL;
