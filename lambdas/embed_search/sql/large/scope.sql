-- What a statement over a part of a question's products takes in as {scope}: the filters, what is left out,
-- and words that must all be there (NULL: none must).
{filters}
AND (cardinality(%(exclude_ids)s::text[]) = 0 OR product_id <> ALL(%(exclude_ids)s::text[]))
AND (%(must_match)s::text IS NULL OR document @@ %(must_match)s::tsquery)
