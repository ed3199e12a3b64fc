INSERT INTO word (word, lexeme, products)
SELECT word, (tsvector_to_array(to_tsvector('english', word)))[1], products
FROM unnest(%(words)s::text[], %(products)s::integer[]) AS counted (word, products)
