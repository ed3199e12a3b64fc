-- What is new or different in more than its price.
INSERT INTO product
    (product_id, name, brand, gender, price, color, category, description, apparel, colors, attributes,
     document, text_hash, content_hash, embedding)
SELECT
    s.product_id, s.name, s.brand, s.gender, s.price, s.color, f.category, s.description, f.apparel,
    f.colors, f.attributes, f.document, s.text_hash, s.content_hash, e.vector
FROM staged_facts AS f
JOIN staged_row AS s USING (product_id)
JOIN embedding AS e ON e.embedder = %(embedder)s AND e.text_hash = s.text_hash
ORDER BY f.category, s.gender, s.product_id
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
    text_hash = excluded.text_hash,
    content_hash = excluded.content_hash,
    embedding = excluded.embedding
