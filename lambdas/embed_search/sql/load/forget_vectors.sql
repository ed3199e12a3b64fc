-- Vectors of models before the last one: nobody asks by them any more.
DELETE FROM embedding
WHERE embedder <> %(embedder)s
    AND embedder <> (
        SELECT embedder FROM catalogue_load WHERE embedder IS NOT NULL ORDER BY load_id DESC LIMIT 1
    )
