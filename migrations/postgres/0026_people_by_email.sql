-- The console's search finds a customer's people by how their address begins.
CREATE INDEX customer_users_by_email ON customer_users ((email COLLATE "C"));
