-- A statement's rows, and which embedder's vectors it has read: in one statement, so of one instant.
SELECT answer.*, (SELECT embedder FROM catalogue_load ORDER BY load_id DESC LIMIT 1) AS published
FROM ({statement}) AS answer
