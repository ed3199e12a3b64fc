-- What left the file. Hash anti-join.
DELETE FROM product
WHERE NOT EXISTS (SELECT 1 FROM staging WHERE staging.product_id = product.product_id)
