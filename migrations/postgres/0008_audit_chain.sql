-- Each event holds a keyed hash of itself and of the one before it in its chain. Several chains, so that saves need not wait for
-- each other; this says where each ends. Events of before get their place with the next start.
ALTER TABLE organizations ADD COLUMN audit_secret JSONB;
ALTER TABLE audit_events ADD COLUMN chain BIGINT;
ALTER TABLE audit_events ADD COLUMN position BIGINT;
ALTER TABLE audit_events ADD COLUMN previous_hash BYTEA;
ALTER TABLE audit_events ADD COLUMN hash BYTEA;
-- As in `actor`, to be looked for.
ALTER TABLE audit_events ADD COLUMN actor_kind TEXT;
ALTER TABLE audit_events ADD COLUMN actor_id TEXT;
CREATE UNIQUE INDEX audit_in_chain ON audit_events (chain, position);
CREATE INDEX audit_of_action ON audit_events (action, id);
CREATE INDEX audit_of_actor ON audit_events (actor_id, id);
CREATE INDEX audit_of_kind ON audit_events (actor_kind, id);

CREATE TABLE audit_chains (
    chain    BIGINT PRIMARY KEY,
    position BIGINT NOT NULL,
    hash     BYTEA NOT NULL
);

-- Only ever added to. An event of before the chains may be given its place, once.
CREATE FUNCTION audit_events_stay() RETURNS TRIGGER LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'audit events are only ever added';
END;
$$;
CREATE TRIGGER audit_events_are_not_deleted BEFORE DELETE ON audit_events
    FOR EACH ROW EXECUTE FUNCTION audit_events_stay();
CREATE TRIGGER audit_events_are_not_truncated BEFORE TRUNCATE ON audit_events
    FOR EACH STATEMENT EXECUTE FUNCTION audit_events_stay();
CREATE TRIGGER audit_events_are_not_changed BEFORE UPDATE ON audit_events
    FOR EACH ROW WHEN (OLD.chain IS NOT NULL OR (OLD.id, OLD.occurred_at, OLD.actor, OLD.action, OLD.detail, OLD.customer_id, OLD.instance_id, OLD.connection_id)
        IS DISTINCT FROM (NEW.id, NEW.occurred_at, NEW.actor, NEW.action, NEW.detail, NEW.customer_id, NEW.instance_id, NEW.connection_id))
    EXECUTE FUNCTION audit_events_stay();
