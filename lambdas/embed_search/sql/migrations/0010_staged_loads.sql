-- A catalogue file on its way in. It is staged in ordinary tables and not in temporary ones, so that many
-- processes can take part in one load. At most one load is open: the newest.
CREATE TABLE open_load (
    load_id      bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    version      text NOT NULL,
    embedder     text NOT NULL,
    recipe       text NOT NULL,
    -- What `prepare` has found; NULL until then.
    products     bigint,
    to_describe  bigint,
    to_embed     bigint,
    opened_at    timestamptz NOT NULL DEFAULT now()
);

-- The parts of the file that are staged, with what stood in them.
CREATE TABLE staged_part (
    load_id  bigint NOT NULL REFERENCES open_load ON DELETE CASCADE,
    part     integer NOT NULL,
    products bigint NOT NULL DEFAULT 0,
    PRIMARY KEY (load_id, part)
);

-- The rows of all parts that are good. This table and the next four are unlogged: a server that crashed
-- empties them, which the numbers above tell, and the file can be read again. So nothing of a load is
-- written twice to disk but what it changes.
CREATE UNLOGGED TABLE staged_row (
    line          bigint NOT NULL,
    product_id    text COLLATE "C" NOT NULL,
    name          text NOT NULL,
    brand         text NOT NULL,
    gender        text NOT NULL,
    price         numeric(12, 2) NOT NULL,
    color         text NOT NULL,
    description   text NOT NULL,
    embedded_text text NOT NULL,
    text_hash     bytea NOT NULL,
    content_hash  bytea NOT NULL
);

CREATE INDEX staged_row_product ON staged_row (product_id, line);

-- What is left to do: products whose content is new or different, and texts without a vector.
CREATE UNLOGGED TABLE to_describe (
    position   bigint PRIMARY KEY,
    product_id text COLLATE "C" NOT NULL
);

CREATE UNLOGGED TABLE to_embed (
    position      bigint PRIMARY KEY,
    text_hash     bytea NOT NULL,
    embedded_text text NOT NULL
);

-- What was read from the texts of the products that were to be described.
CREATE UNLOGGED TABLE staged_facts (
    product_id        text COLLATE "C" NOT NULL,
    category          text NOT NULL,
    apparel           boolean NOT NULL,
    colors            text[] NOT NULL,
    attributes        text[] NOT NULL,
    name_words        text NOT NULL,
    description_words text NOT NULL,
    -- The name and the brand weigh more (A) than the description, of which no positions are kept: they
    -- would double the row, and only phrase search needs them.
    document          tsvector NOT NULL GENERATED ALWAYS AS (
        setweight(to_tsvector('english', name_words), 'A') || strip(to_tsvector('english', description_words))
    ) STORED
);

-- In how many more (or fewer) products a word occurs; of one word there are many rows.
CREATE UNLOGGED TABLE staged_word (
    word     text COLLATE "C" NOT NULL,
    products bigint NOT NULL
);

-- Every row that was refused, of the open load and of the one that is published.
CREATE TABLE refused_row (
    load_id bigint NOT NULL,
    line    bigint NOT NULL,
    reason  text NOT NULL
);

CREATE INDEX refused_row_line ON refused_row (load_id, line);

-- What is embedded and what else there is, each by its hash; the price is compared itself. Rows from before
-- have none, and the next load builds them anew.
ALTER TABLE product ADD COLUMN text_hash bytea;

-- Vectors of which model are in `product`, and by which recipe its words were counted.
ALTER TABLE catalogue_load ADD COLUMN embedder text;
ALTER TABLE catalogue_load ADD COLUMN recipe text;
ALTER TABLE catalogue_load DROP COLUMN refused;
ALTER TABLE catalogue_load ADD COLUMN refused bigint NOT NULL DEFAULT 0;
ALTER TABLE catalogue_load ALTER COLUMN load_id DROP IDENTITY;
SELECT setval(pg_get_serial_sequence('open_load', 'load_id'), (SELECT coalesce(max(load_id), 0) + 1 FROM catalogue_load))::text;
