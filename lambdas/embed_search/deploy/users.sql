-- The users that the functions log in as, by IAM alone: they have no password. Run at each migration, since
-- new tables need the grants too.
DO $$ BEGIN CREATE ROLE embed_search LOGIN; EXCEPTION WHEN duplicate_object THEN NULL; END $$;
DO $$ BEGIN CREATE ROLE load_catalogue LOGIN; EXCEPTION WHEN duplicate_object THEN NULL; END $$;

GRANT rds_iam TO embed_search, load_catalogue;
GRANT USAGE ON SCHEMA public TO embed_search, load_catalogue;

-- What serves shoppers only reads.
GRANT SELECT ON ALL TABLES IN SCHEMA public TO embed_search;
ALTER ROLE embed_search SET default_transaction_read_only = on;

-- MAINTAIN is for ANALYZE, after which the planner knows the new catalogue.
GRANT SELECT, INSERT, UPDATE, DELETE, MAINTAIN ON ALL TABLES IN SCHEMA public TO load_catalogue;

-- What a load has staged is dropped by the next one.
GRANT TRUNCATE ON staged_row, to_describe, to_embed, staged_facts, staged_word TO load_catalogue;

-- It builds the indexes of a large catalogue, which only their tables' owner may, through these.
GRANT EXECUTE ON FUNCTION
    build_vector_index(text, text), drop_vector_index(text), build_word_index(), drop_word_index()
TO load_catalogue;

-- Which numbers the loads, also those of the loader before (0011).
GRANT USAGE ON SEQUENCE open_load_load_id_seq TO load_catalogue;

-- Neither of them touches the migrations.
REVOKE ALL ON schema_migration FROM embed_search, load_catalogue;
