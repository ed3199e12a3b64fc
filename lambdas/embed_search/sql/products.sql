-- Products by id, in the order asked for. Primary key.
SELECT product_id, name, brand, gender, price, color, category, description
FROM unnest(%(product_ids)s::text[]) WITH ORDINALITY AS asked (product_id, position)
JOIN product USING (product_id)
ORDER BY position
