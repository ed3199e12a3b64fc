-- Trigrams find the candidates for a mistyped word, the edit distance decides.
CREATE EXTENSION IF NOT EXISTS fuzzystrmatch;
