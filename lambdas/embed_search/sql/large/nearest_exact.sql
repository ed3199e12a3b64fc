-- The nearest in scope, all of which are looked at. Bitmap scans of the indexes that the filters have.
SELECT product_id
FROM product
WHERE {scope}
ORDER BY embedding <#> %(embedding)s::halfvec, product_id
LIMIT %(depth)s
