-- The texts that have no embedding yet, each once, numbered from the shortest: texts of like length
-- make the cheapest batches. Hash anti-join with the primary key of `embedding`.
CREATE TEMP TABLE missing AS
SELECT
    text_hash,
    embedded_text,
    row_number() OVER (ORDER BY length(embedded_text), text_hash) AS position
FROM (SELECT DISTINCT text_hash, embedded_text FROM staging) AS text
WHERE NOT EXISTS (
    SELECT 1 FROM embedding WHERE embedder = %(embedder)s AND embedding.text_hash = text.text_hash
)
