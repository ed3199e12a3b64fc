-- The users that the functions log in as, each by IAM alone: they have no password. Run again at each
-- migration, in its own transaction: new tables need the grants too.
DO $$
BEGIN
    IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'embed_search') THEN CREATE ROLE embed_search LOGIN; END IF;
    IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'load_catalogue') THEN CREATE ROLE load_catalogue LOGIN; END IF;
END $$;

GRANT rds_iam TO embed_search, load_catalogue;

GRANT USAGE ON SCHEMA public TO embed_search, load_catalogue;

-- What serves shoppers only reads.
GRANT SELECT ON ALL TABLES IN SCHEMA public TO embed_search;
ALTER ROLE embed_search SET default_transaction_read_only = on;

-- MAINTAIN is for ANALYZE, after which the planner knows the new catalogue.
GRANT SELECT, INSERT, UPDATE, DELETE, MAINTAIN ON ALL TABLES IN SCHEMA public TO load_catalogue;

-- Neither of them touches the migrations.
REVOKE ALL ON schema_migration FROM embed_search, load_catalogue;
