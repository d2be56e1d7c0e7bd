-- Who a document belongs to: the manifests that declare it, or the console's page that made it.
ALTER TABLE documents ADD COLUMN made_in_console BOOLEAN NOT NULL DEFAULT FALSE;
