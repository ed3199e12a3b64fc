-- The same while the catalogue is published by another model: `product` has the vectors of the model that
-- asks, by which it was published before. A product whose text that model has never seen is not there.
-- Primary key of `embedding`, or a hash join with it where all products are looked at.
WITH product AS NOT MATERIALIZED (
    SELECT
        product_id, name, brand, gender, price, color, category, description, apparel, colors, attributes,
        document, plain_name, text_hash, vector AS embedding
    FROM public.product AS sold
    JOIN embedding USING (text_hash)
    WHERE embedder = (
        SELECT embedder FROM catalogue_load
        WHERE regexp_replace(embedder, '/[^/]*$', '') = %(model)s
        ORDER BY load_id DESC
        LIMIT 1
    )
)

SELECT answer.*, (SELECT embedder FROM catalogue_load ORDER BY load_id DESC LIMIT 1) AS published
FROM ({statement}) AS answer
