-- Products of which nothing but the price is different. Hash join.
UPDATE product SET price = s.price
FROM staged_row AS s
WHERE product.product_id = s.product_id
    AND product.content_hash = s.content_hash
    AND product.price <> s.price
