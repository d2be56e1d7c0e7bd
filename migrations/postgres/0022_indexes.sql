-- Lists by id within an integration, and whether an account is connected anywhere: at ten thousand customers both read too much without.
CREATE INDEX instances_of_integration_by_id ON instances (integration_key, id);
DROP INDEX connections_of_type;
CREATE INDEX connections_of_account ON connections (connector, connection_type, account);
