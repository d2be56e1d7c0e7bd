-- Row-level security is the other engine's: here each statement's own condition is the only wall.
SELECT 1;
