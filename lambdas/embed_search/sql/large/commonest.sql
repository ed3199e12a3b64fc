-- The words that most products mention. Index scan on word_lexeme.
SELECT lexeme
FROM word
WHERE lexeme = ANY(%(lexemes)s::text[])
GROUP BY lexeme
ORDER BY sum(products) DESC, lexeme
LIMIT %(number)s
