-- Checks by themselves: when the next one is due (while one runs: until when it is taken for lost), and the failures that steps told of.
ALTER TABLE connections ADD COLUMN check_at BIGINT;
ALTER TABLE connections ADD COLUMN failed_at BIGINT;
ALTER TABLE connections ADD COLUMN failure_checked_at BIGINT;
CREATE INDEX connections_by_check ON connections (check_at) WHERE check_at IS NOT NULL;
CREATE INDEX connections_unscheduled ON connections (connector, connection_type, connector_version)
    WHERE check_at IS NULL AND owner = 'slot' AND status IN ('connected', 'not_working');

-- What asked for it.
ALTER TABLE checks ADD COLUMN asked_by TEXT NOT NULL DEFAULT 'person';

-- Claimed attempts that came back as another account: the token waits here, sealed, until the person has chosen.
CREATE TABLE undecided_attempts (
    attempt_id          UUID PRIMARY KEY REFERENCES attempts (id) ON DELETE CASCADE,
    account             TEXT NOT NULL,
    context             JSONB NOT NULL,
    clear               JSONB NOT NULL,
    secrets             JSONB NOT NULL,
    token               JSONB NOT NULL,
    connection_revision BIGINT NOT NULL,
    decide_until        BIGINT NOT NULL
);
CREATE INDEX undecided_attempts_by_end ON undecided_attempts (decide_until);
