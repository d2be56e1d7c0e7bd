-- The reusable connection of which a link makes one. Until it is opened, `integration_key` is empty; then `connection_id` is what it made.
ALTER TABLE links ADD COLUMN definition TEXT;

-- The reusable connection whose values a file holds, one record for each customer.
ALTER TABLE imports ADD COLUMN definition TEXT;
