-- The products that pass the filters, best first, with their number.
--
-- Plan: the filters go through the indexes on category and gender, brand, price, colours or attributes
-- (psycopg2 sends values as literals, so the planner sees which filters are empty and drops them), or,
-- unfiltered, through one sequential scan. One pass over what is left computes both relevances; it is
-- exact, and at some ten thousand candidates cheaper than an HNSW index with filters on top.
--
-- Dense and lexical ranking are fused by reciprocal rank: Cormack, Clarke and Buettcher, "Reciprocal
-- Rank Fusion outperforms Condorcet and individual Rank Learning Methods", SIGIR 2009; k = 60 is theirs.
WITH question AS (
    SELECT string_agg(quote_literal(lexeme), ' | ')::tsquery AS query
    FROM unnest(%(lexemes)s::text[]) AS lexeme
),

pool AS MATERIALIZED (
    SELECT
        product_id,
        category,
        CASE %(order)s WHEN 'price_asc' THEN price WHEN 'price_desc' THEN -price END AS price_key,
        -- A stated wish that is met only nearly comes after all that meet it: the sources' own sub-type
        -- before others, their own gender before Unisex, the colour itself before a shade of it; and before
        -- all that, what mentions more of the words that no filter stands for ("peplum", "cabin").
        CASE WHEN cardinality(%(preferred_lexemes)s::text[]) = 0 THEN 0 ELSE -8 * (
            SELECT count(*) FROM unnest(%(preferred_lexemes)s::text[]) AS preferred (lexeme)
            WHERE document @@ quote_literal(lexeme)::tsquery
        ) END
        + CASE WHEN attributes && %(preferred_kinds)s::text[] THEN 0 ELSE 4 END
        + CASE WHEN gender = ANY(%(preferred_genders)s::text[]) THEN 0 ELSE 2 END
        + CASE
            WHEN cardinality(%(color_groups)s::text[]) > 0 AND colors @> %(colors)s::text[] THEN 0
            WHEN cardinality(%(color_groups)s::text[]) = 0 AND colors && %(colors)s::text[] THEN 0
            ELSE 1
        END AS tier,
        -- The cosine distance of vectors of unit length, a fifth faster than by its own operator.
        1 + (embedding <#> %(embedding)s::halfvec) AS distance,
        -- Among products that look alike the nearer price counts: a price twice as high costs as much as
        -- 0.035 of cosine similarity. A search by text has no price to be near to.
        coalesce(0.05 * abs(ln(price / %(anchor_price)s::numeric))::float8, 0) AS price_distance,
        -- Counts the distinct words that match, one in the name (A) as much as ten in the description (D).
        CASE
            WHEN document @@ (SELECT query FROM question)
                THEN ts_rank('{0.1, 0.1, 0.1, 1.0}', document, (SELECT query FROM question))
        END AS lexical
    FROM product
    WHERE {filters}
        AND (cardinality(%(exclude_ids)s::text[]) = 0 OR product_id <> ALL(%(exclude_ids)s::text[]))
        AND (%(candidates)s::text[] IS NULL OR product_id = ANY(%(candidates)s::text[]))
),

dense AS (
    -- Equal texts have one embedding and share a position.
    SELECT *, dense_rank() OVER (ORDER BY tier, distance + price_distance) AS position
    FROM (
        SELECT * FROM pool ORDER BY tier, distance + price_distance, product_id LIMIT %(depth)s
    ) AS nearest
),

lexical AS (
    SELECT *, rank() OVER (ORDER BY tier, lexical DESC) AS position
    FROM (
        SELECT * FROM pool
        WHERE lexical IS NOT NULL
        ORDER BY tier, lexical DESC, distance, product_id
        LIMIT %(depth)s
    ) AS best_matching
),

fused AS (
    SELECT
        product_id,
        coalesce(dense.category, lexical.category) AS category,
        coalesce(dense.price_key, lexical.price_key) AS price_key,
        coalesce(dense.tier, lexical.tier) AS tier,
        coalesce(dense.distance, lexical.distance) AS distance,
        coalesce(dense.lexical, lexical.lexical) AS lexical,
        coalesce(1 / (60 + dense.position)::float8, 0) + coalesce(1 / (60 + lexical.position)::float8, 0) AS fusion
    FROM dense
    FULL JOIN lexical USING (product_id)
),

ordered AS (
    -- Everything that decides between two products, but for what else is in the list. In a large catalogue hundreds
    -- mention as many words, too far away to be in the dense ranking: of these the nearest go first.
    SELECT *, row_number() OVER (ORDER BY price_key, tier, fusion DESC, distance, product_id) AS position
    FROM fused
),

listed AS (
    SELECT ordered.*, lower(brand) AS brand, plain_name
    FROM (
        SELECT
            *,
            CASE WHEN %(spread)s THEN row_number() OVER (PARTITION BY category ORDER BY position) END
                AS category_place
        FROM ordered
    ) AS ordered
    JOIN product USING (product_id)
    WHERE category_place IS NULL OR category_place <= %(category_depth)s
),

counted AS (
    -- Listings that differ in pack, size or code are copies of one thing, also of what was shown before.
    SELECT
        *,
        row_number() OVER (PARTITION BY plain_name ORDER BY position)
        + CASE WHEN plain_name IN (
            SELECT shown.plain_name FROM product AS shown WHERE shown.product_id = ANY(%(exclude_ids)s::text[])
        ) THEN 1 ELSE 0 END AS copy
    FROM listed
),

grouped AS (
    -- The first two products of a brand are in round 0, the next two in round 1, and so on.
    SELECT
        *,
        (row_number() OVER (
            PARTITION BY copy, tier, brand, CASE WHEN %(spread)s THEN category END ORDER BY position
        ) - 1) / 2 AS round,
        -- How many words of the question the name holds: ts_rank makes 6 / pi^2 of each, and their mean.
        round(coalesce(lexical, 0) * cardinality(%(lexemes)s::text[]) * pi() ^ 2 / 6) AS matching_words
    FROM counted
),

varied AS (
    -- The third product of a brand gives way to other brands, as long as these fill the list and match as
    -- many words: who asks for a batman T-shirt gets variety among those alone.
    SELECT
        *,
        CASE
            WHEN %(vary_brands)s AND %(limit)s <= count(*) FILTER (WHERE round = 0) OVER (
                PARTITION BY copy, tier ORDER BY matching_words DESC
            ) THEN round
            ELSE 0
        END AS later
    FROM grouped
),

chosen AS (
    -- Copies only after everything else; then, if asked for, turns between the categories.
    SELECT
        *,
        row_number() OVER (
            ORDER BY copy, turn, category_position, price_key, tier, later, position
        ) AS place
    FROM (
        SELECT
            *,
            CASE WHEN %(spread)s THEN row_number() OVER (
                PARTITION BY copy, category ORDER BY price_key, tier, later, position
            ) END AS turn,
            CASE WHEN %(spread)s THEN array_position(%(categories)s::text[], category) END
                AS category_position
        FROM varied
    ) AS in_turns
    ORDER BY place
    LIMIT %(limit)s
)

SELECT
    EXISTS (SELECT 1 FROM product) AS loaded,
    (SELECT count(*) FROM pool) AS total,
    1 - chosen.distance AS score,
    product.product_id,
    product.name,
    product.brand,
    product.gender,
    product.price,
    product.color,
    product.category,
    product.description
FROM question
LEFT JOIN chosen ON true
LEFT JOIN product ON product.product_id = chosen.product_id
-- A list by price stays one where copies had to fill it.
ORDER BY CASE WHEN NOT %(spread)s THEN chosen.price_key END, chosen.place
