-- From a text to its products: the vector index stands on `embedding` (large_indexes.py).
CREATE INDEX product_text ON product (text_hash);

-- What counts and facets need, so that these read a tenth of the table. Attributes are left out: theirs is an
-- index of their own, and many of them would not fit into an index's row.
DROP INDEX product_category_gender;
CREATE INDEX product_category_gender ON product (category, gender) INCLUDE (brand, colors, price, apparel);

-- Indexes are their table's owner's business, and a load is somebody else. So it may build and drop these, and
-- no others. No line within a body ends with a semicolon, at which migrations.py would cut it.
CREATE FUNCTION build_vector_index(key text, of_embedder text) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN EXECUTE format(
    'CREATE INDEX %I ON embedding USING hnsw (vector halfvec_ip_ops) WHERE embedder = %L',
    'embedding_hnsw_' || key, of_embedder
); END $$;

CREATE FUNCTION drop_vector_index(key text) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN EXECUTE format('DROP INDEX IF EXISTS %I', 'embedding_hnsw_' || key); END $$;

CREATE FUNCTION build_word_index() RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN CREATE INDEX IF NOT EXISTS product_document ON product USING gin (document); END $$;

CREATE FUNCTION drop_word_index() RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN DROP INDEX IF EXISTS product_document; END $$;

REVOKE EXECUTE ON FUNCTION
    build_vector_index(text, text), drop_vector_index(text), build_word_index(), drop_word_index()
FROM public;
