-- Once, as the superuser: psql -f deploy/postgresql/roles.sql
-- The owner migrates. The application reads and writes rows and can change no table.
CREATE ROLE companion_owner LOGIN NOSUPERUSER NOBYPASSRLS;
CREATE ROLE companion LOGIN NOSUPERUSER NOBYPASSRLS;
CREATE DATABASE companion OWNER companion_owner;
REVOKE ALL ON DATABASE companion FROM PUBLIC;
GRANT CONNECT ON DATABASE companion TO companion;
