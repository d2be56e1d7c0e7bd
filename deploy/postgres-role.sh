#!/bin/sh
# Run once by the Postgres image: a plain role that owns the database. The image's own role is a superuser, for whom row-level security
# does not hold.
set -eu
psql -v ON_ERROR_STOP=1 --username "$POSTGRES_USER" <<SQL
CREATE ROLE jackfield LOGIN PASSWORD '$(cat /run/secrets/postgres_password)';
CREATE DATABASE jackfield OWNER jackfield;
SQL
