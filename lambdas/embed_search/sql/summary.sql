-- Figures over the products that pass the filters, in one statement. Plan: as in retrieve.sql, through the
-- indexes on category and gender, brand, price, colours or attributes, or one sequential scan.
WITH pool AS MATERIALIZED (
    SELECT brand, category, colors, price
    FROM product
    WHERE {filters}
)

SELECT
    EXISTS (SELECT 1 FROM product) AS loaded,
    (SELECT count(*) FROM pool) AS total,
    (SELECT min(price) FROM pool) AS min_price,
    (SELECT max(price) FROM pool) AS max_price,
    (
        SELECT coalesce(jsonb_agg(jsonb_build_object('value', value, 'count', count) ORDER BY count DESC, value), '[]')
        FROM (SELECT brand AS value, count(*) AS count FROM pool WHERE brand <> '' GROUP BY brand) AS facet
    ) AS brands,
    (
        SELECT coalesce(jsonb_agg(jsonb_build_object('value', value, 'count', count) ORDER BY count DESC, value), '[]')
        FROM (SELECT category AS value, count(*) AS count FROM pool GROUP BY category) AS facet
    ) AS categories,
    (
        SELECT coalesce(jsonb_agg(jsonb_build_object('value', value, 'count', count) ORDER BY count DESC, value), '[]')
        FROM (SELECT unnest(colors) AS value, count(*) AS count FROM pool GROUP BY 1) AS facet
    ) AS colors
