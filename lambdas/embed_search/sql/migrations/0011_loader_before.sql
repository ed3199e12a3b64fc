-- The loader of the version before goes on working, should a deploy be rolled back: it writes the refused
-- rows into the load's row, and lets the database number the loads.
ALTER TABLE catalogue_load RENAME COLUMN refused TO refused_rows;
ALTER TABLE catalogue_load ADD COLUMN refused jsonb NOT NULL DEFAULT '[]';
ALTER TABLE catalogue_load ALTER COLUMN load_id SET DEFAULT nextval('open_load_load_id_seq');
