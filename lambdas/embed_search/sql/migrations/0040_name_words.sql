-- The words of the names alone, for a large catalogue (sql/large/matching.sql). In `document` they can't be told
-- from those of the description by an index: words without positions match whatever weight is asked for.
CREATE OR REPLACE FUNCTION build_word_index() RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
CREATE INDEX IF NOT EXISTS product_document ON product USING gin (document); CREATE INDEX IF NOT EXISTS product_name_words ON product USING gin (ts_filter(document, '{a}')); END $$;

CREATE OR REPLACE FUNCTION drop_word_index() RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN DROP INDEX IF EXISTS product_document, product_name_words; END $$;

-- A catalogue that is large already gets it now: some 10 s for a million products.
DO $$ BEGIN IF to_regclass('product_document') IS NOT NULL THEN PERFORM build_word_index(); ANALYZE product; END IF; END $$;
