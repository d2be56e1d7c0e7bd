-- Files of customers on their way in. What was uploaded may hold secrets: it lies here sealed, and goes when all is imported.
CREATE TABLE imports (
    id              UUID PRIMARY KEY,
    name            TEXT NOT NULL,
    heading         JSONB NOT NULL,
    records         BIGINT NOT NULL,
    file            JSONB,
    key_ids         TEXT NOT NULL,
    integration_key TEXT,
    mapping         JSONB NOT NULL,
    checks          BOOLEAN NOT NULL,
    status          TEXT NOT NULL CHECK (status IN ('mapping', 'planned', 'running', 'done')),
    actor           JSONB NOT NULL,
    revision        BIGINT NOT NULL,
    created_at      BIGINT NOT NULL,
    updated_at      BIGINT NOT NULL,
    lease_until     BIGINT,
    fence           BIGINT NOT NULL DEFAULT 0,
    CHECK ((file IS NULL) = (status = 'done'))
);
CREATE INDEX imports_running ON imports (id) WHERE status = 'running';
CREATE INDEX imports_by_age ON imports (created_at);
CREATE INDEX imports_by_key ON imports (key_ids);

-- What becomes, or became, of each record.
CREATE TABLE import_rows (
    import_id   UUID NOT NULL REFERENCES imports (id) ON DELETE CASCADE,
    number      BIGINT NOT NULL,
    external_id TEXT NOT NULL,
    outcome     TEXT NOT NULL CHECK (outcome IN ('new', 'same', 'changed', 'wrong')),
    detail      JSONB NOT NULL,
    is_done     BOOLEAN NOT NULL,
    PRIMARY KEY (import_id, number)
);
CREATE INDEX import_rows_by_outcome ON import_rows (import_id, outcome, number);

-- The organization's alone: they tell of every customer.
ALTER TABLE imports ENABLE ROW LEVEL SECURITY;
ALTER TABLE imports FORCE ROW LEVEL SECURITY;
CREATE POLICY wall ON imports USING ((SELECT current_setting('jackfield.scope')) = 'organization');
ALTER TABLE import_rows ENABLE ROW LEVEL SECURITY;
ALTER TABLE import_rows FORCE ROW LEVEL SECURITY;
CREATE POLICY wall ON import_rows USING ((SELECT current_setting('jackfield.scope')) = 'organization');
