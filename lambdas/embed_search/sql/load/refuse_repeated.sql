-- Of rows with one id the first one counts. Index-only scan of staged_row_product.
WITH repeated AS (
    SELECT row_place, line, product_id, first_line
    FROM (
        SELECT
            ctid AS row_place,
            line,
            product_id,
            first_value(line) OVER by_id AS first_line,
            row_number() OVER by_id AS number
        FROM staged_row
        WINDOW by_id AS (PARTITION BY product_id ORDER BY line)
    ) AS numbered
    WHERE number > 1
),

gone AS (
    DELETE FROM staged_row USING repeated WHERE staged_row.ctid = repeated.row_place
)

INSERT INTO refused_row (load_id, line, reason)
SELECT %(load_id)s, line, format('the id %%s stands already in line %%s', product_id, first_line)
FROM repeated
