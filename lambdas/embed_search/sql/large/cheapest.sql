-- The first by price in scope, with all that cost as much as the last of them. Index scan on product_price.
SELECT product_id
FROM product
WHERE {scope}
ORDER BY CASE WHEN %(order)s = 'price_asc' THEN price ELSE -price END
FETCH FIRST %(depth)s ROWS WITH TIES
