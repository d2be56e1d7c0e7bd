-- Checks that failed, so that several in a row are found without reading all of them.
CREATE INDEX checks_failed ON checks (connection_id, id) WHERE outcome ->> 'outcome' = 'failed';

-- Sign-ins that came to nothing, and why.
CREATE INDEX attempts_failed ON attempts (created_at) WHERE reason IS NOT NULL;
