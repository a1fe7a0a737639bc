-- After every migrate, as companion_owner: psql -d companion -f deploy/postgresql/grants.sql
GRANT USAGE ON SCHEMA public TO companion;
GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO companion;
GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA public TO companion;
REVOKE INSERT, UPDATE, DELETE ON django_migrations FROM companion;
-- What was written down stays as it was written.
REVOKE UPDATE, DELETE ON audit_auditevent, audit_auditseal FROM companion;
-- Only the owner drops what is past its time.
REVOKE INSERT, UPDATE, DELETE ON audit_auditcut, audit_auditturn FROM companion;
