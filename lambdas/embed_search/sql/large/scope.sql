-- What a statement over a part of a question's products takes in as {scope}: the filters, what is left out,
-- and words that must be there, anywhere or in the name (NULL: none must).
{filters}
AND (cardinality(%(exclude_ids)s::text[]) = 0 OR product_id <> ALL(%(exclude_ids)s::text[]))
AND (%(must_match)s::text IS NULL OR document @@ %(must_match)s::tsquery)
AND (%(name_match)s::text IS NULL OR ts_filter(document, '{a}') @@ %(name_match)s::tsquery)
