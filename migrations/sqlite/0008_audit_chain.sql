-- Each event holds a keyed hash of itself and of the one before it in its chain. Several chains, so that saves need not wait for
-- each other; this says where each ends. Events of before get their place with the next start.
ALTER TABLE organizations ADD COLUMN audit_secret TEXT;
ALTER TABLE audit_events ADD COLUMN chain INTEGER;
ALTER TABLE audit_events ADD COLUMN position INTEGER;
ALTER TABLE audit_events ADD COLUMN previous_hash BLOB;
ALTER TABLE audit_events ADD COLUMN hash BLOB;
-- As in `actor`, to be looked for.
ALTER TABLE audit_events ADD COLUMN actor_kind TEXT;
ALTER TABLE audit_events ADD COLUMN actor_id TEXT;
CREATE UNIQUE INDEX audit_in_chain ON audit_events (chain, position);
CREATE INDEX audit_of_action ON audit_events (action, id);
CREATE INDEX audit_of_actor ON audit_events (actor_id, id);
CREATE INDEX audit_of_kind ON audit_events (actor_kind, id);

CREATE TABLE audit_chains (
    chain    INTEGER PRIMARY KEY,
    position INTEGER NOT NULL,
    hash     BLOB NOT NULL
) STRICT;

-- Only ever added to. An event of before the chains may be given its place, once.
CREATE TRIGGER audit_events_are_not_deleted BEFORE DELETE ON audit_events
BEGIN
    SELECT RAISE(ABORT, 'audit events are only ever added');
END;
CREATE TRIGGER audit_events_are_not_changed BEFORE UPDATE ON audit_events
WHEN OLD.chain IS NOT NULL OR (OLD.id, OLD.occurred_at, OLD.actor, OLD.action, OLD.detail) IS NOT (NEW.id, NEW.occurred_at, NEW.actor, NEW.action, NEW.detail)
    OR (OLD.customer_id, OLD.instance_id, OLD.connection_id) IS NOT (NEW.customer_id, NEW.instance_id, NEW.connection_id)
BEGIN
    SELECT RAISE(ABORT, 'audit events are only ever added');
END;
