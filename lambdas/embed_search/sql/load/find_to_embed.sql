-- The texts that have no embedding yet, each once, numbered from the shortest: texts of like length
-- make the cheapest batches. Hash anti-join with the primary key of `embedding`.
INSERT INTO to_embed (position, text_hash, embedded_text)
SELECT row_number() OVER (ORDER BY length(embedded_text), text_hash), text_hash, embedded_text
FROM (SELECT DISTINCT text_hash, embedded_text FROM staged_row) AS text
WHERE NOT EXISTS (
    SELECT 1 FROM embedding WHERE embedder = %(embedder)s AND embedding.text_hash = text.text_hash
)
