-- The index of the vectors that the published products have, or had by the model that asks, if there is one
-- (large_indexes.py names it).
SELECT embedder, products
FROM (
    SELECT embedder, products FROM catalogue_load
    WHERE %(model)s IS NULL OR regexp_replace(embedder, '/[^/]*$', '') = %(model)s
    ORDER BY load_id DESC
    LIMIT 1
) AS newest
WHERE to_regclass('embedding_hnsw_' || left(md5(embedder), 8)) IS NOT NULL
