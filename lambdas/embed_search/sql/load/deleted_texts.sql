-- The texts of what left the file. Hash anti-join.
SELECT name, brand, description FROM product
WHERE NOT EXISTS (SELECT 1 FROM staged_row WHERE staged_row.product_id = product.product_id)
