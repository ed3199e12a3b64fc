-- Vectors, and trigrams for typing errors. Accents are folded in `document.py`, for catalogue and
-- question alike, so `unaccent` is not needed.
CREATE EXTENSION IF NOT EXISTS vector;
CREATE EXTENSION IF NOT EXISTS pg_trgm;
