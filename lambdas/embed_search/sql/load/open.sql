-- Whatever an earlier load left is dropped. The load's own row is deleted first: that waits for the steps
-- of that load that are at work, and later ones no longer find it.
DELETE FROM open_load;
TRUNCATE staged_row, to_describe, to_embed, staged_facts, staged_word;
DELETE FROM refused_row WHERE load_id IS DISTINCT FROM (SELECT max(load_id) FROM catalogue_load);
INSERT INTO open_load (version, embedder, recipe, source)
VALUES (%(version)s, %(embedder)s, %(recipe)s, %(source)s)
RETURNING load_id
