-- Products that are new or different, of which something was not done: with what they are in the file, what
-- they are in the catalogue, and whether they were described.
SELECT
    staged.product_id,
    staged.name, staged.brand, staged.color, staged.description,
    product.name AS old_name, product.brand AS old_brand, product.description AS old_description
FROM staged_row AS staged
JOIN staged_facts USING (product_id)
LEFT JOIN product USING (product_id)
WHERE staged.text_hash IN (SELECT text_hash FROM to_embed)
