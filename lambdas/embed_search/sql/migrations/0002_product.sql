-- The products that are sold now. Ids sort by their bytes, so that ties are broken alike everywhere.
CREATE TABLE product (
    product_id   text COLLATE "C" PRIMARY KEY,
    name         text NOT NULL,
    brand        text NOT NULL,
    gender       text NOT NULL,
    price        numeric(12, 2) NOT NULL CHECK (price > 0),
    color        text NOT NULL,
    category     text NOT NULL,
    description  text NOT NULL,
    apparel      boolean NOT NULL,
    colors       text[] NOT NULL,
    attributes   text[] NOT NULL,
    document     tsvector NOT NULL,
    content_hash bytea NOT NULL,
    embedding    halfvec(768) NOT NULL
);

-- Vectors and documents stay in the row: fetching them from the TOAST table makes an exact scan three
-- times as slow. This must stand before the first row, because stored rows are not rewritten.
ALTER TABLE product ALTER COLUMN embedding SET STORAGE PLAIN;
ALTER TABLE product ALTER COLUMN document SET STORAGE MAIN;
ALTER TABLE product SET (toast_tuple_target = 4080);

CREATE INDEX product_category_gender ON product (category, gender);
CREATE INDEX product_brand ON product (lower(brand));
CREATE INDEX product_price ON product (price);
CREATE INDEX product_colors ON product USING gin (colors);
CREATE INDEX product_attributes ON product USING gin (attributes);
