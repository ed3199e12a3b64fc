-- How the staged file differs from the catalogue. Two hash joins.
SELECT
    (SELECT count(*) FROM staged_row) AS staged,
    (SELECT count(*) FROM product) AS before,
    (SELECT count(*) FROM product JOIN staged_row USING (product_id)) AS kept,
    (SELECT count(*) FROM refused_row WHERE load_id = %(load_id)s) AS refused
