-- What the catalogue holds, in one statement and so from one instant. Sequential scans; asked for once
-- in the life of an orchestrator.
SELECT
    (SELECT version FROM catalogue_load ORDER BY load_id DESC LIMIT 1) AS catalogue_version,
    (SELECT count(*) FROM product) AS products,
    (
        SELECT coalesce(jsonb_agg(jsonb_build_object('value', value, 'count', count) ORDER BY count DESC, value), '[]')
        FROM (SELECT brand AS value, count(*) AS count FROM product WHERE brand <> '' GROUP BY brand) AS facet
    ) AS brands,
    (
        SELECT coalesce(jsonb_agg(jsonb_build_object('value', value, 'count', count) ORDER BY count DESC, value), '[]')
        FROM (SELECT category AS value, count(*) AS count FROM product GROUP BY category) AS facet
    ) AS categories,
    (
        SELECT coalesce(jsonb_agg(jsonb_build_object('value', value, 'count', count) ORDER BY count DESC, value), '[]')
        FROM (SELECT unnest(colors) AS value, count(*) AS count FROM product GROUP BY 1) AS facet
    ) AS colors,
    -- A word that only one product mentions is as often a typing error of the shop's.
    ARRAY(
        SELECT word FROM word
        WHERE word ~ '^[a-z]{3,}$' AND products > 1
        ORDER BY products DESC, word
        LIMIT %(max_words)s
    ) AS words
