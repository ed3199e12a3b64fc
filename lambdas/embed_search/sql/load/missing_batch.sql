SELECT text_hash, embedded_text FROM missing
WHERE position > %(done)s AND position <= %(done)s + %(size)s
ORDER BY position
