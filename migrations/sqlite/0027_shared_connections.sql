-- Row-level security is the other engine's.
SELECT 1;
