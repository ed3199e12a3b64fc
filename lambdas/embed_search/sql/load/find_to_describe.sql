-- Products whose content is not that of the catalogue. Hash join with `product`.
INSERT INTO to_describe (position, product_id)
SELECT row_number() OVER (ORDER BY staged.line), staged.product_id
FROM staged_row AS staged
LEFT JOIN product USING (product_id)
WHERE product.content_hash IS DISTINCT FROM staged.content_hash
