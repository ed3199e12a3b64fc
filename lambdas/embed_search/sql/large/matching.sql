-- The best in scope by their words, and of as many words the nearest: the order of retrieve.sql's lexical ranking.
-- Bitmap scan of product_name_words, with those of the indexes that the filters have.
SELECT product_id
FROM product
WHERE {scope}
ORDER BY
    ts_rank('{0.1, 0.1, 0.1, 1.0}', document, %(words)s::tsquery) DESC,
    embedding <#> %(embedding)s::halfvec,
    product_id
LIMIT %(depth)s
