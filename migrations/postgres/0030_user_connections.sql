-- The host's own name for a customer's user.
ALTER TABLE customer_users ADD COLUMN external_id TEXT;
CREATE UNIQUE INDEX customer_users_one_external ON customer_users (customer_id, external_id) WHERE external_id IS NOT NULL;

-- Whose alone it is, in a slot that is each user's own. No cascade: what a user connected is disconnected before they go.
ALTER TABLE connections ADD COLUMN user_id UUID REFERENCES customer_users (id) CHECK (user_id IS NULL OR owner = 'slot');
DROP INDEX connections_one_a_slot;
CREATE UNIQUE INDEX connections_one_a_slot ON connections (instance_id, slot) WHERE owner = 'slot' AND user_id IS NULL;
CREATE UNIQUE INDEX connections_one_a_user ON connections (instance_id, slot, user_id) WHERE user_id IS NOT NULL;
CREATE INDEX connections_of_user ON connections (user_id) WHERE user_id IS NOT NULL;
