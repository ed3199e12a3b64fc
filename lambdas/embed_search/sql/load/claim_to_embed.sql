-- The next texts that nobody else is embedding, the shortest first. They come back when the claimer dies.
WITH claimed AS (
    DELETE FROM to_embed
    WHERE position IN (
        SELECT position FROM to_embed
        WHERE position BETWEEN %(first)s AND %(last)s
        ORDER BY position
        LIMIT %(size)s
        FOR UPDATE SKIP LOCKED
    )
    RETURNING position, text_hash, embedded_text
)

SELECT text_hash, embedded_text FROM claimed ORDER BY position
