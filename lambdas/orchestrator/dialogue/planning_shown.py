"""Plans about products that were shown: their details, the cheapest of them, others like them."""

import re
from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal

from apparel.contracts import Filters
from orchestrator.dialogue.planning_wish import DEFAULT_LIMIT, MOVES, recommend
from orchestrator.dialogue.plans import (
    Check,
    Compare,
    Describe,
    Field,
    Numbered,
    Pick,
    Plan,
    Say,
    Similar,
    above,
    below,
)
from orchestrator.dialogue.situation import Situation
from orchestrator.dialogue.wish import wish_like, wish_of
from orchestrator.understanding.people import genders_of
from orchestrator.understanding.reading import Reading

_FIELDS: tuple[Field, ...] = (
    "price", "brand", "color", "fabric", "description", "link", "gender", "category", "name", "size",
)  # fmt: skip
_QUESTION = re.compile(
    r"^\W*(?:(?:and|so|but|ok|okay|please|hey|hi)\W+)*(?:is|are|does|do|has|have|can|could|will|would|was|kya)\b|\?\s*$",
    re.I,
)
_DISLIKE = re.compile(r"\b(?:do ?n.?t|do not|did ?n.?t|not) (?:really |much )?(?:like|want)\b", re.I)
_WANTED_IN = re.compile(r"\b(?:do you have|have you got|got|comes? in|available in|any of)\b", re.I)
_THE_ONE = re.compile(r"\bthe\b.*\bones?\b|\bwal[aie]\b", re.I)
_PRAISE = re.compile(r"^\W*(?:i|we)\s+(?:really\s+|also\s+)?(?:like|love|prefer)\b", re.I)
_OF_THE_SHOP = re.compile(
    r"\b(?:your|you have|you sell|in (?:the )?(?:store|shop|stock)|overall|catalogue)\b", re.I
)


def superlative(reading: Reading, situation: Situation) -> Plan | None:
    """The cheapest or dearest: of the list on the table, or of the whole shop."""
    which = next((cue for cue in ("cheapest", "dearest") if cue in reading.cues), None)
    if which is None:
        return None
    of_list = situation.shown and not reading.categories and not _OF_THE_SHOP.search(reading.message)
    if of_list and not reading.brands and not reading.occasion:
        return Pick(situation.items(), "cheapest" if which == "cheapest" else "dearest")
    return None


def comparison(reading: Reading, situation: Situation) -> Plan | None:
    if "compare" not in reading.cues or not (reading.references or situation.shown) or reading.categories:
        return None
    return _about_items(reading, situation, Compare) or (
        Compare(situation.items()) if situation.shown else None
    )


def details(reading: Reading, situation: Situation) -> Plan | None:
    """Facts about shown products: "price of the 2nd", "what brands are these", "tell me more about it"."""
    fields = tuple(field for field in _FIELDS if field in reading.cues)
    if "which_brands" in reading.cues and not reading.categories:
        fields = tuple(dict.fromkeys([*fields, "brand"]))
    if not fields or reading.cues & {"similar", "same_brand", "other_brand", "cheaper", "pricier"}:
        return None
    if len(fields) > 1 and "description" in fields:
        fields = tuple(field for field in fields if field != "description")
    named = _described(reading, situation)
    if named:
        return Describe(named, fields)
    if not reading.references and (reading.wishes or not situation.shown):
        return Say("nothing_shown") if not reading.wishes and not reading.content else None
    found = _about_items(reading, situation, lambda items: Describe(items, fields))
    if found is not None:
        return found
    if reading.categories:
        return None
    focused = (
        situation.items()[situation.focus - 1 : situation.focus] if situation.focus else situation.items()
    )
    return Describe(focused, fields)


def _described(reading: Reading, situation: Situation) -> tuple[Numbered, ...]:
    """Shown products that the message singles out by colour or brand: "price of the blue one"."""
    if reading.references.numbers or not _THE_ONE.search(reading.message):
        return ()
    if not (reading.colors or reading.brands):
        return ()
    return tuple(
        item
        for item in situation.items()
        if (not reading.brands or item.product.brand in reading.brands)
        and all(color in f"{item.product.name} {item.product.color}".lower() for color in reading.colors)
    )


def _about_items(
    reading: Reading, situation: Situation, plan: Callable[[tuple[Numbered, ...]], Plan]
) -> Plan | None:
    """The plan for the products that the message points at; a question back where it points at none."""
    if not reading.references:
        return None
    if not situation.shown:
        return Say("nothing_shown")
    items = situation.resolve(reading.references)
    if items is None:
        return Say("no_such_number", str(len(situation.shown)))
    if items:
        return plan(items)
    return None


def similar(reading: Reading, situation: Situation) -> Plan | None:
    """Products like shown ones, as they are or with changes."""
    pointed = reading.references.numbers or situation.focus
    liked = bool(_PRAISE.search(reading.message)) and not reading.refines
    liked = liked or bool(_DISLIKE.search(reading.message))
    asked = "similar" in reading.cues or ("same" in reading.cues and bool(pointed))
    question = bool(_QUESTION.search(reading.message)) and not _WANTED_IN.search(reading.message)
    moved = bool(reading.cues & {"cheaper", "pricier"})
    changed = bool(reading.references.numbers) and (reading.refines or moved)
    than_it = moved and reading.references.single and situation.focus is not None
    if (
        liked
        or not (asked or than_it or (changed and (moved or not question)))
        or "same_brand" in reading.cues
    ):
        return None
    if not situation.shown:
        return Say("nothing_shown") if reading.references.numbers or not reading.categories else None
    items = situation.resolve(reading.references)
    if items is None:
        return Say("no_such_number", str(len(situation.shown)))
    if not items:
        items = (
            situation.items()[situation.focus - 1 : situation.focus] if situation.focus else situation.items()
        )
    sources = tuple(item.product for item in items)
    return Similar(
        sources,
        filters=_changes(reading, tuple(source.price for source in sources), sources[-1].brand),
        exclude=situation.seen,
        limit=reading.limit or DEFAULT_LIMIT,
    )


def _changes(reading: Reading, prices: tuple[Decimal, ...], brand: str) -> Filters:
    """What shall be different from the shown product."""
    high, low = reading.high, reading.low
    if "cheaper" in reading.cues:
        high = below(min(prices))
    if "pricier" in reading.cues:
        low = above(max(prices))
    return Filters(
        genders=list(genders_of(reading.people)),
        categories=list(reading.categories),
        brands=list(reading.brands),
        colors=list(reading.colors),
        attributes=list(reading.attributes),
        not_brands=list(reading.not_brands) or ([brand] if "other_brand" in reading.cues else []),
        not_colors=list(reading.not_colors),
        not_attributes=list(reading.not_attributes),
        min_price=low,
        max_price=high,
    )


def same_brand(reading: Reading, situation: Situation) -> Plan | None:
    """More of the brand of a shown product."""
    if "same_brand" not in reading.cues or not situation.shown:
        return None
    items = situation.resolve(reading.references) or situation.items()[(situation.focus or 1) - 1 :][:1]
    source = items[0].product
    wish = (
        wish_like(source).refined(reading)
        if not reading.categories
        else wish_of(reading, before=situation.wish)
    )
    plan = recommend(replace(wish, brands=(source.brand,)), reading, situation, again=True)
    return replace(plan, relax=("attributes", "colors", "price", "categories"))


def question_on_items(reading: Reading, situation: Situation) -> Plan | None:
    """ "Is the 2nd one cotton?", "does it have pockets?", or only "the second one"."""
    references = reading.references
    if not references or (reading.categories and not references.numbers) or reading.cues & MOVES:
        return None
    asked = (*reading.attributes, *reading.colors, *reading.content)
    asks = bool(_QUESTION.search(reading.message) and asked and not _WANTED_IN.search(reading.message))
    if asks:
        return _about_items(reading, situation, lambda items: Check(items, asked))
    if reading.refines or reading.occasion:
        return None
    return _about_items(reading, situation, lambda items: Describe(items, ("description",)))
