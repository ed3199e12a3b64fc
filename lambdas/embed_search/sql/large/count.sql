-- How many products pass the filters. Index-only scan on product_category_gender, a tenth of the table, or bitmap
-- scans of the indexes on brand, price, colours or attributes.
SELECT count(*) AS total
FROM product
WHERE {filters}
    AND (cardinality(%(exclude_ids)s::text[]) = 0 OR product_id <> ALL(%(exclude_ids)s::text[]))
