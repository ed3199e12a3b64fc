-- Brand and name of a listing without its pack ("set of 3"), its size ("50 ml") and the shop's codes
-- ("wb43-wb54", but not the 501 of a pair of jeans): listings that share it are copies of one thing.
-- Stored, because the pattern costs 5 microseconds a name.
ALTER TABLE product ADD COLUMN plain_name text NOT NULL GENERATED ALWAYS AS (
    lower(brand) || ':' || regexp_replace(
        ' ' || lower(name),
        '\s+((pack|set|combo) of \d+\M|\d+ ?(ml|gm?|kg|cms?|l|inch(es)?)\M|\S*[a-z]\S*\d\S*|\S*\d\S*[a-z]\S*)|\s+$',
        '',
        'g'
    )
) STORED;
