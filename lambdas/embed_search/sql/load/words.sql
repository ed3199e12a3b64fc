-- The counts of words as they are to be.
INSERT INTO word (word, lexeme, products)
SELECT word, (tsvector_to_array(to_tsvector('english', word)))[1], sum(products)::integer
FROM staged_word
GROUP BY word
HAVING sum(products) <> 0
ON CONFLICT (word) DO UPDATE SET products = word.products + excluded.products;
DELETE FROM word WHERE products <= 0
