-- What was last told of a connection, and whether it ever worked: a change of status is told once, by its name.
ALTER TABLE connections ADD COLUMN announced_status TEXT NOT NULL DEFAULT 'not_connected';
ALTER TABLE connections ADD COLUMN first_connected_at INTEGER;
UPDATE connections SET announced_status = status, first_connected_at = updated_at WHERE status NOT IN ('not_connected', 'checking');

CREATE TABLE webhook_endpoints (
    id              BLOB PRIMARY KEY,
    url             TEXT NOT NULL,
    description     TEXT NOT NULL,
    -- Names of event kinds; an empty list is all of them.
    kinds           TEXT NOT NULL,
    -- Why nothing is sent to it; NULL while it is enabled.
    disabled        TEXT CHECK (disabled IN ('asked', 'gone')),
    reconnect_links INTEGER NOT NULL CHECK (reconnect_links IN (0, 1)),
    secret          TEXT NOT NULL,
    previous_secret TEXT,
    previous_until  INTEGER,
    key_ids         TEXT NOT NULL,
    revision        INTEGER NOT NULL,
    created_at      INTEGER NOT NULL,
    updated_at      INTEGER NOT NULL,
    CHECK ((previous_secret IS NULL) = (previous_until IS NULL))
) STRICT;
CREATE INDEX webhook_endpoints_by_key ON webhook_endpoints (key_ids);

-- No references: what happened is told even when the thing it happened to is gone.
CREATE TABLE events (
    id          BLOB PRIMARY KEY,
    kind        TEXT NOT NULL,
    occurred_at INTEGER NOT NULL,
    data        TEXT NOT NULL
) STRICT;
CREATE INDEX events_by_age ON events (occurred_at);

CREATE TABLE webhook_deliveries (
    id          BLOB PRIMARY KEY,
    event_id    BLOB NOT NULL REFERENCES events (id) ON DELETE CASCADE,
    endpoint_id BLOB NOT NULL REFERENCES webhook_endpoints (id) ON DELETE CASCADE,
    status      TEXT NOT NULL CHECK (status IN ('pending', 'delivering', 'retrying', 'delivered', 'given_up')),
    -- When the next try is due; NULL once it has ended.
    due_at      INTEGER,
    -- Since it was queued last: a replay begins anew.
    tries       INTEGER NOT NULL DEFAULT 0,
    lease_until INTEGER,
    fence       INTEGER NOT NULL DEFAULT 0,
    created_at  INTEGER NOT NULL,
    ended_at    INTEGER,
    CHECK ((due_at IS NULL) = (status IN ('delivered', 'given_up')))
) STRICT;
CREATE INDEX webhook_deliveries_due ON webhook_deliveries (endpoint_id, due_at) WHERE due_at IS NOT NULL;
CREATE INDEX webhook_deliveries_of_endpoint ON webhook_deliveries (endpoint_id, id);
CREATE INDEX webhook_deliveries_of_event ON webhook_deliveries (event_id);

CREATE TABLE webhook_tries (
    id          INTEGER PRIMARY KEY,
    delivery_id BLOB NOT NULL REFERENCES webhook_deliveries (id) ON DELETE CASCADE,
    tried_at    INTEGER NOT NULL,
    -- Of the answer; NULL where none came.
    status      INTEGER,
    failure     TEXT,
    latency_ms  INTEGER NOT NULL
) STRICT;
CREATE INDEX webhook_tries_of_delivery ON webhook_tries (delivery_id, id);
