-- What left the file. Hash anti-join.
DELETE FROM product
WHERE NOT EXISTS (SELECT 1 FROM staged_row WHERE staged_row.product_id = product.product_id)
