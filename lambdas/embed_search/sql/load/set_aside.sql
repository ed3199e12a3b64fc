-- Products of which something was not done are refused; those that are sold stay as they are.
WITH set_aside AS (
    DELETE FROM staged_row
    WHERE product_id IN (SELECT product_id FROM to_describe)
        OR text_hash IN (SELECT text_hash FROM to_embed)
    RETURNING line, product_id
),

undescribed AS (
    DELETE FROM staged_facts WHERE product_id IN (SELECT product_id FROM set_aside)
),

kept AS (
    INSERT INTO staged_row
        (line, product_id, name, brand, gender, price, color, description, embedded_text, text_hash,
         content_hash)
    SELECT
        0, product_id, name, brand, gender, price, color, description, name,
        sha256(convert_to(name, 'UTF8')), content_hash
    FROM product
    WHERE product_id IN (SELECT product_id FROM set_aside)
)

INSERT INTO refused_row (load_id, line, reason)
SELECT %(load_id)s, line, 'could not be embedded: its batch failed and was set aside' FROM set_aside
