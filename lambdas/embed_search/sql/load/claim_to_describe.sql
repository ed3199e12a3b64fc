-- The next products to describe that nobody else is at. They come back when the claimer dies.
WITH claimed AS (
    DELETE FROM to_describe
    WHERE position IN (
        SELECT position FROM to_describe
        WHERE position BETWEEN %(first)s AND %(last)s
        ORDER BY position
        LIMIT %(size)s
        FOR UPDATE SKIP LOCKED
    )
    RETURNING product_id
)

SELECT
    product_id,
    staged.name, staged.brand, staged.color, staged.description,
    product.name AS old_name, product.brand AS old_brand, product.description AS old_description
FROM claimed
JOIN staged_row AS staged USING (product_id)
LEFT JOIN product USING (product_id)
