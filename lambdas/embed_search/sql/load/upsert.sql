-- What is new or different; rows that are as they were are not touched.
-- The name and the brand weigh more (A) than the description, of which no positions are kept: they
-- would double the row, and only phrase search needs them.
INSERT INTO product
    (product_id, name, brand, gender, price, color, category, description, apparel, colors, attributes,
     document, content_hash, embedding)
SELECT
    s.product_id, s.name, s.brand, s.gender, s.price, s.color, s.category, s.description, s.apparel,
    s.colors, s.attributes,
    setweight(to_tsvector('english', s.name_words), 'A')
        || strip(to_tsvector('english', s.description_words)),
    s.content_hash, e.vector
FROM staging AS s
JOIN embedding AS e ON e.embedder = %(embedder)s AND e.text_hash = s.text_hash
LEFT JOIN product AS p ON p.product_id = s.product_id
WHERE p.content_hash IS DISTINCT FROM s.content_hash
ORDER BY s.category, s.gender, s.product_id
ON CONFLICT (product_id) DO UPDATE SET
    name = excluded.name,
    brand = excluded.brand,
    gender = excluded.gender,
    price = excluded.price,
    color = excluded.color,
    category = excluded.category,
    description = excluded.description,
    apparel = excluded.apparel,
    colors = excluded.colors,
    attributes = excluded.attributes,
    document = excluded.document,
    content_hash = excluded.content_hash,
    embedding = excluded.embedding
