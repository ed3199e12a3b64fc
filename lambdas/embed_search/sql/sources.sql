-- The products that `similar` starts from. Primary key.
SELECT product_id, category, gender, price, attributes, embedding::text AS embedding
FROM product
WHERE product_id = ANY(%(product_ids)s::text[])
