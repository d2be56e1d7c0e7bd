-- Checks by themselves: when the next one is due (while one runs: until when it is taken for lost), and the failures that steps told of.
ALTER TABLE connections ADD COLUMN check_at INTEGER;
ALTER TABLE connections ADD COLUMN failed_at INTEGER;
ALTER TABLE connections ADD COLUMN failure_checked_at INTEGER;
CREATE INDEX connections_by_check ON connections (check_at) WHERE check_at IS NOT NULL;
CREATE INDEX connections_unscheduled ON connections (connector, connection_type, connector_version)
    WHERE check_at IS NULL AND owner = 'slot' AND status IN ('connected', 'not_working');

-- What asked for it.
ALTER TABLE checks ADD COLUMN asked_by TEXT NOT NULL DEFAULT 'person';

-- Claimed attempts that came back as another account: the token waits here, sealed, until the person has chosen.
CREATE TABLE undecided_attempts (
    attempt_id          BLOB PRIMARY KEY REFERENCES attempts (id) ON DELETE CASCADE,
    account             TEXT NOT NULL,
    context             TEXT NOT NULL,
    clear               TEXT NOT NULL,
    secrets             TEXT NOT NULL,
    token               TEXT NOT NULL,
    connection_revision INTEGER NOT NULL,
    decide_until        INTEGER NOT NULL
) STRICT;
CREATE INDEX undecided_attempts_by_end ON undecided_attempts (decide_until);
