-- Nothing is left of the load but its report.
DELETE FROM open_load;
TRUNCATE staged_row, to_describe, to_embed, staged_facts, staged_word;
DELETE FROM refused_row WHERE load_id <> %(load_id)s
