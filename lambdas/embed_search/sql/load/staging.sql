-- The file as it is to be, row by row; seen by this loader alone, gone with its connection.
CREATE TEMP TABLE staging (
    product_id        text COLLATE "C",
    name              text,
    brand             text,
    gender            text,
    price             numeric(12, 2),
    color             text,
    category          text,
    description       text,
    apparel           boolean,
    colors            text[],
    attributes        text[],
    name_words        text,
    description_words text,
    embedded_text     text,
    text_hash         bytea,
    content_hash      bytea
)
