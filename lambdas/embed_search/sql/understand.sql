-- What the words of a question mean in this catalogue.
--
-- A word that no product mentions is read as the one most like it: with the same first letter, which
-- is rarely mistyped, and at most one letter different, two from six letters on (two that changed
-- places count as two). Index scans on word_lexeme and word_trigrams.
WITH asked AS (
    -- Stop words have no lexeme and say nothing.
    SELECT word, position, (tsvector_to_array(to_tsvector('english', word)))[1] AS lexeme
    FROM unnest(%(words)s::text[]) WITH ORDINALITY AS asked (word, position)
)

SELECT asked.word, coalesce(mentioned.lexeme, nearest.lexeme) AS lexeme, nearest.word AS nearest
FROM asked
LEFT JOIN LATERAL (
    SELECT word.lexeme FROM word WHERE word.lexeme = asked.lexeme LIMIT 1
) AS mentioned ON true
LEFT JOIN LATERAL (
    SELECT word.word, word.lexeme FROM word
    WHERE mentioned.lexeme IS NULL
        AND asked.word ~ '^[a-z]{4,40}$'
        AND word.word %% asked.word
        AND left(word.word, 1) = left(asked.word, 1)
        AND length(word.word) <= 42
        AND levenshtein_less_equal(word.word, asked.word, 2) <= CASE WHEN length(asked.word) < 6 THEN 1 ELSE 2 END
    ORDER BY
        levenshtein_less_equal(word.word, asked.word, 2),
        similarity(word.word, asked.word) DESC,
        word.products DESC,
        word.word
    LIMIT 1
) AS nearest ON true
WHERE asked.lexeme IS NOT NULL
ORDER BY asked.position
