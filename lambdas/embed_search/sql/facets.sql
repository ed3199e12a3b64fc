-- What the catalogue holds, in one statement and so from one instant. One index-only scan of
-- product_category_gender, counted as in summary.sql; asked for once in the life of an orchestrator.
WITH counted AS MATERIALIZED (
    SELECT grouping(brand, category, colors) AS left_out, brand, category, colors, count(*) AS count
    FROM product
    GROUP BY GROUPING SETS ((brand), (category), (colors), ())
)

SELECT
    (SELECT version FROM catalogue_load ORDER BY load_id DESC LIMIT 1) AS catalogue_version,
    count AS products,
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
    ) AS colors,
    -- A word that only one product mentions is as often a typing error of the shop's.
    ARRAY(
        SELECT word FROM word
        WHERE word ~ '^[a-z]{3,}$' AND products > 1
        ORDER BY products DESC, word
        LIMIT %(max_words)s
    ) AS words
FROM counted
WHERE left_out = b'111'::integer
