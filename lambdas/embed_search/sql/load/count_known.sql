SELECT count(*) FROM product JOIN staging USING (product_id)
