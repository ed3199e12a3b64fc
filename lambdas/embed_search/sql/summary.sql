-- Figures over the products that pass the filters, in one statement and one pass over them. Plan: as in
-- retrieve.sql, through the indexes on category and gender, brand, price, colours or attributes; or, of a whole
-- large catalogue, an index-only scan of product_category_gender. Few products differ in their set of colours,
-- so these are counted before they are taken apart.
WITH counted AS MATERIALIZED (
    SELECT
        grouping(brand, category, colors) AS left_out,
        brand,
        category,
        colors,
        count(*) AS count,
        min(price) AS min_price,
        max(price) AS max_price
    FROM product
    WHERE {filters}
    GROUP BY GROUPING SETS ((brand), (category), (colors), ())
)

SELECT
    EXISTS (SELECT 1 FROM product) AS loaded,
    count AS total,
    min_price,
    max_price,
    (
        SELECT coalesce(jsonb_agg(jsonb_build_object('value', brand, 'count', count) ORDER BY count DESC, brand), '[]')
        FROM counted
        WHERE left_out = b'011'::integer AND brand <> ''
    ) AS brands,
    (
        SELECT coalesce(jsonb_agg(jsonb_build_object('value', category, 'count', count) ORDER BY count DESC, category), '[]')
        FROM counted
        WHERE left_out = b'101'::integer
    ) AS categories,
    (
        SELECT coalesce(jsonb_agg(jsonb_build_object('value', value, 'count', count) ORDER BY count DESC, value), '[]')
        FROM (
            SELECT unnest(colors) AS value, sum(count)::bigint AS count
            FROM counted
            WHERE left_out = b'110'::integer
            GROUP BY 1
        ) AS facet
    ) AS colors
FROM counted
WHERE left_out = b'111'::integer
