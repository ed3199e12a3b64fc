-- Another model: every product gets its vector. Those whose content is different have theirs already.
UPDATE product SET price = s.price, embedding = e.vector
FROM staged_row AS s
JOIN embedding AS e ON e.embedder = %(embedder)s AND e.text_hash = s.text_hash
WHERE product.product_id = s.product_id
    AND NOT EXISTS (SELECT 1 FROM staged_facts AS f WHERE f.product_id = s.product_id)
