-- What the file may still hold, in a part that could not be read, stays as it is. By another recipe it is
-- described anew, for the words of all products are then counted anew. Hash anti-join.
INSERT INTO staged_row
    (line, product_id, name, brand, gender, price, color, description, embedded_text, text_hash, content_hash)
SELECT
    0, product_id, name, brand, gender, price, color, description, name,
    sha256(convert_to(name, 'UTF8')),
    CASE WHEN %(same_recipe)s THEN content_hash ELSE '' END
FROM product
WHERE NOT EXISTS (SELECT 1 FROM staged_row WHERE staged_row.product_id = product.product_id)
