"""Questions about a catalogue, by what they filter by: each is modelled on a product that it holds."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from psycopg2.extras import RealDictCursor

from apparel.contracts import Filters, SearchRequest
from embed_search.postgres import Connection

LIMIT = 10
Model = dict[str, Any]
"""A product's columns."""

_MODELS = """
SELECT category, gender, brand, colors, attributes, price
FROM product
WHERE apparel AND colors <> '{}' AND attributes <> '{}' AND gender IN ('Men', 'Women')
ORDER BY md5(product_id)
LIMIT %s
"""
_HUNDREDTHS = """
SELECT percentile_disc(ARRAY(SELECT n / 100.0 FROM generate_series(0, 99) AS n)) WITHIN GROUP (ORDER BY price)
FROM product
"""


@dataclass(frozen=True)
class Kind:
    """Questions that filter by the same things."""

    name: str
    requests: Sequence[SearchRequest]


def kinds_of_questions(connection: Connection, number: int) -> list[Kind]:
    """`number` questions of each kind; the same for the same catalogue."""
    with connection.cursor(cursor_factory=RealDictCursor) as cursor:
        cursor.execute(_MODELS, (number,))
        models = cursor.fetchall()
    with connection.cursor() as cursor:
        cursor.execute(_HUNDREDTHS)
        hundredths = cursor.fetchall()[0][0]
    bands = [(low, high) for low, high in pairwise(hundredths) if low < high]
    kinds = [Kind(name, [_request(model, of(model)) for model in models]) for name, of in _FILTERS.items()]
    # Whatever the question is about, so that its nearest neighbours are elsewhere.
    chosen = [bands[number * 7 % len(bands)] for number in range(len(models))]
    in_band = [
        _request(model, Filters(min_price=low, max_price=high - 1))
        for model, (low, high) in zip(models, chosen, strict=True)
    ]
    return [*kinds, Kind("1 % by price", in_band)]


def _class(model: Model) -> Filters:
    return Filters(categories=[model["category"]], genders=[model["gender"]])


def _all_at_once(model: Model) -> Filters:
    more = {"colors": model["colors"][:1], "max_price": model["price"] * 2}
    return _class(model).model_copy(update=more)


_FILTERS: dict[str, Callable[[Model], Filters]] = {
    "no filter": lambda model: Filters(),
    "gender": lambda model: Filters(genders=[model["gender"]]),
    "category, gender": _class,
    "colour": lambda model: Filters(colors=model["colors"][:1]),
    "price": lambda model: Filters(max_price=model["price"]),
    "brand": lambda model: Filters(brands=[model["brand"]]),
    "category, gender, colour, price": _all_at_once,
}


def _request(model: Model, filters: Filters) -> SearchRequest:
    color, attribute = model["colors"][0], model["attributes"][-1]
    text = f"{color} {attribute} {model['category']} for {model['gender'].lower()}"
    return SearchRequest(text=text, filters=filters, limit=LIMIT)
