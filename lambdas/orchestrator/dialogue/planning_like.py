"""Plans to find products that have to do with shown ones: like them, of their brand, to wear with them."""

import re
from collections.abc import Sequence
from dataclasses import replace

from apparel.contracts import Filters
from apparel.product import Product
from orchestrator.dialogue.planning_shown import QUESTION, WANTED_IN, asks_for_brand_of_item
from orchestrator.dialogue.planning_wish import DEFAULT_LIMIT, DISLIKE, recommend
from orchestrator.dialogue.plans import (
    Plan,
    Say,
    Similar,
    above,
    below,
)
from orchestrator.dialogue.situation import Situation
from orchestrator.dialogue.wish import Wish, wish_like, wish_of
from orchestrator.understanding.people import genders_of
from orchestrator.understanding.reading import Reading
from orchestrator.understanding.vocabulary import pairings

_PRAISE = re.compile(r"^\W*(?:i|we)\s+(?:really\s+|also\s+)?(?:like|love|prefer)\b", re.I)


_STYLES = ("formal", "casual", "party", "sports", "silk", "denim")
"""Words of a product that its partners should share."""


def similar(reading: Reading, situation: Situation) -> Plan | None:
    """Products like shown ones, as they are or with changes."""
    pointed = reading.references.numbers or situation.focus
    liked = bool(_PRAISE.search(reading.message)) and not reading.refines
    liked = liked or bool(DISLIKE.search(reading.message))
    asked = "similar" in reading.cues or ("same" in reading.cues and bool(pointed))
    question = bool(QUESTION.search(reading.message)) and not WANTED_IN.search(reading.message)
    moved = bool(reading.cues & {"cheaper", "pricier"})
    changed = bool(reading.references.numbers) and (reading.refines or moved)
    than_it = moved and reading.references.single and bool(situation.focus)
    if (
        liked
        or not (asked or than_it or (changed and (moved or not question)))
        or "same_brand" in reading.cues
    ):
        return None
    if not reading.references and _is_like_another(reading, situation):
        return None
    if not situation.shown:
        return Say("nothing_shown") if reading.references.numbers or not reading.wishes else None
    items = situation.resolve(reading.references)
    if items is None:
        return Say("no_such_number", str(len(situation.shown)))
    if not items:
        items = situation.in_focus()
    sources = tuple(item.product for item in items)
    return Similar(
        sources,
        filters=_changes(reading, sources, situation.wish or Wish()),
        exclude=situation.seen,
        limit=reading.limit or DEFAULT_LIMIT,
    )


def _is_like_another(reading: Reading, situation: Situation) -> bool:
    """Whether the message names itself what it shall be like: "something like what Deepika wears", "like a
    kaftan"."""
    shown = {product.category for product in situation.shown}
    return bool(reading.content) or not shown.issuperset(reading.categories)


def _changes(reading: Reading, sources: Sequence[Product], before: Wish) -> Filters:
    """What shall be different from the shown products, and the budget of before, unless it is taken back."""
    prices = [source.price for source in sources]
    low, high = reading.low, reading.high
    if reading.price is None and "any_price" not in reading.cues:
        low, high = before.budget
    if "cheaper" in reading.cues:
        low, high = None, below(min(prices))
    if "pricier" in reading.cues:
        low, high = above(max(prices)), None
    return Filters(
        genders=list(genders_of(reading.people)),
        categories=list(reading.categories),
        brands=list(reading.brands),
        colors=list(reading.colors),
        attributes=list(reading.attributes),
        not_brands=list(reading.not_brands) or ([sources[-1].brand] if "other_brand" in reading.cues else []),
        not_colors=list(reading.not_colors),
        not_attributes=list(reading.not_attributes),
        min_price=low,
        max_price=high,
    )


def pairing(reading: Reading, situation: Situation) -> Plan | None:
    """What goes with a shown product, or with a kind of product: other kinds that complete the outfit."""
    if not reading.beside:
        return None
    beside: Product | Wish
    if reading.categories and not reading.references.numbers:
        wish = beside = wish_of(reading, before=situation.wish)
    else:
        items = situation.resolve(reading.references)
        if items is None:
            return Say("no_such_number", str(len(situation.shown)))
        items = items or situation.in_focus()
        if not items:
            # "Matching outfits" points at nothing.
            return Say("nothing_shown") if reading.references or not reading.wishes else None
        beside = items[0].product
        wish = wish_like(beside)
    partners = dict.fromkeys(name for kind in wish.categories for name in pairings().get(kind, ()))
    if not partners:
        return None
    outfit = Wish(
        query=" ".join([*(style for style in _STYLES if style in wish.query.lower()), *wish.people]),
        categories=tuple(partners),
        people=wish.people,
        low=reading.low,
        high=reading.high,
    )
    return replace(recommend(outfit, reading, situation, exclude=situation.seen), beside=beside)


def same_brand(reading: Reading, situation: Situation) -> Plan | None:
    """More of the brand of a shown product."""
    asked = "same_brand" in reading.cues or asks_for_brand_of_item(reading)
    if not asked or not situation.shown:
        return None
    items = situation.resolve(reading.references) or situation.in_focus()
    if len({item.product.brand for item in items}) > 1 and not reading.references:
        return Say("which_one")
    source = items[0].product
    wish = (
        wish_like(source).refined(reading)
        if not reading.categories
        else wish_of(reading, before=situation.wish)
    )
    if "cheaper" in reading.cues:
        wish = replace(wish, low=None, high=below(min(item.product.price for item in items)))
    plan = recommend(replace(wish, brands=(source.brand,)), reading, situation, again=True)
    return replace(plan, relax=("attributes", "colors", "price", "categories"))
