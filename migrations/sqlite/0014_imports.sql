-- Files of customers on their way in. What was uploaded may hold secrets: it lies here sealed, and goes when all is imported.
CREATE TABLE imports (
    id              BLOB PRIMARY KEY,
    name            TEXT NOT NULL,
    heading         TEXT NOT NULL,
    records         INTEGER NOT NULL,
    file            TEXT,
    key_ids         TEXT NOT NULL,
    integration_key TEXT,
    mapping         TEXT NOT NULL,
    checks          INTEGER NOT NULL CHECK (checks IN (0, 1)),
    status          TEXT NOT NULL CHECK (status IN ('mapping', 'planned', 'running', 'done')),
    actor           TEXT NOT NULL,
    revision        INTEGER NOT NULL,
    created_at      INTEGER NOT NULL,
    updated_at      INTEGER NOT NULL,
    lease_until     INTEGER,
    fence           INTEGER NOT NULL DEFAULT 0,
    CHECK ((file IS NULL) = (status = 'done'))
) STRICT;
CREATE INDEX imports_running ON imports (id) WHERE status = 'running';
CREATE INDEX imports_by_age ON imports (created_at);
CREATE INDEX imports_by_key ON imports (key_ids);

-- What becomes, or became, of each record.
CREATE TABLE import_rows (
    import_id   BLOB NOT NULL REFERENCES imports (id) ON DELETE CASCADE,
    number      INTEGER NOT NULL,
    external_id TEXT NOT NULL,
    outcome     TEXT NOT NULL CHECK (outcome IN ('new', 'same', 'changed', 'wrong')),
    detail      TEXT NOT NULL,
    is_done     INTEGER NOT NULL CHECK (is_done IN (0, 1)),
    PRIMARY KEY (import_id, number)
) STRICT, WITHOUT ROWID;
CREATE INDEX import_rows_by_outcome ON import_rows (import_id, outcome, number);
