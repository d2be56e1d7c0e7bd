-- What was paused with a reusable connection is found again.
CREATE INDEX instances_paused_for ON instances (paused_for, id) WHERE paused_for IS NOT NULL;
