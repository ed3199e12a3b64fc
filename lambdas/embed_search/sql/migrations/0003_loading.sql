-- Every text that was ever embedded, by embedder and SHA-256 of the text: nothing is embedded twice.
CREATE TABLE embedding (
    embedder  text NOT NULL,
    text_hash bytea NOT NULL,
    vector    halfvec(768) NOT NULL,
    PRIMARY KEY (embedder, text_hash)
);

ALTER TABLE embedding ALTER COLUMN vector SET STORAGE PLAIN;

-- The words that products mention, as written (`word`) and as the English full text search sees them
-- (`lexeme`), with the number of products. Short words are left out: they can't be corrected.
CREATE TABLE word (
    word     text COLLATE "C" PRIMARY KEY,
    lexeme   text COLLATE "C",
    products integer NOT NULL
);

CREATE INDEX word_lexeme ON word (lexeme);
CREATE INDEX word_trigrams ON word USING gin (word gin_trgm_ops);

-- One row for each load that was published; the newest one describes the catalogue.
CREATE TABLE catalogue_load (
    load_id       bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    version       text NOT NULL,
    products      integer NOT NULL,
    refused       jsonb NOT NULL,
    loaded_at     timestamptz NOT NULL DEFAULT now()
);
