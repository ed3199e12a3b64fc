-- The nearest in scope by HNSW, which gives texts one by one, nearly in order, until enough of their products
-- are in scope (hnsw.iterative_scan) or hnsw.max_scan_tuples were seen. Index scan on embedding_hnsw, for
-- each text an index scan on product_text: OFFSET 0 keeps the planner from joining the other way round.
SELECT product.product_id
FROM embedding
CROSS JOIN LATERAL (
    SELECT product_id FROM product
    WHERE product.text_hash = embedding.text_hash AND {scope}
    OFFSET 0
) AS product
WHERE embedding.embedder = %(embedder)s
ORDER BY embedding.vector <#> %(embedding)s::halfvec
LIMIT %(depth)s
