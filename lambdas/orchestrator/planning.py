"""From a reading and the situation to a plan. The order of the questions below is the order of precedence."""

import re
from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal

from apparel.contracts import Droppable, Filters
from orchestrator.occasions import occasion_called
from orchestrator.people import genders_of
from orchestrator.plans import (
    Check,
    Compare,
    Describe,
    Field,
    Numbered,
    Pick,
    Plan,
    Recommend,
    Remark,
    Say,
    Similar,
    above,
    below,
)
from orchestrator.reading import Reading
from orchestrator.situation import Situation
from orchestrator.wish import Wish, wish_like, wish_of

DEFAULT_LIMIT = 5
_FIELDS: tuple[Field, ...] = (
    "price", "brand", "color", "fabric", "description", "link", "gender", "category", "name", "size",
)  # fmt: skip
_SMALL_TALK: tuple[Remark, ...] = ("goodbye", "thanks", "greeting", "help")
_MOVES = frozenset({"cheaper", "pricier", "other_brand", "more"})
"""Cues that ask for other products than those shown, on the same wish."""
_QUESTION = re.compile(
    r"^\W*(?:(?:and|so|but|ok|okay|please|hey|hi)\W+)*(?:is|are|does|do|has|have|can|could|will|would|was|kya)\b|\?\s*$",
    re.I,
)
_DISLIKE = re.compile(r"\b(?:do ?n.?t|do not|did ?n.?t|not) (?:really |much )?(?:like|want)\b", re.I)
_WANTED_IN = re.compile(r"\b(?:do you have|have you got|got|comes? in|available in|any of)\b", re.I)
_THE_ONE = re.compile(r"\bthe\b.*\bones?\b|\bwal[aie]\b", re.I)
_PRAISE = re.compile(r"^\W*(?:i|we)\s+(?:really\s+|also\s+)?(?:like|love|prefer)\b", re.I)
_ELLIPSIS = re.compile(r"^\W*(?:and|what about|how about|also|aur)\b", re.I)
_OF_THE_SHOP = re.compile(
    r"\b(?:your|you have|you sell|in (?:the )?(?:store|shop|stock)|overall|catalogue)\b", re.I
)


def plan_answer(reading: Reading, situation: Situation) -> Plan:
    """What to do about a message."""
    for question in _QUESTIONS:
        found = question(reading, situation)
        if found is not None:
            return found
    return _unknown(reading)


def _refusal(reading: Reading, _: Situation) -> Plan | None:
    """Attempts at the instructions, and tasks that are nobody's shopping."""
    if "override" in reading.cues:
        return Say("override")
    if "task" in reading.cues:
        return Say("off_topic")
    about_products = reading.categories or reading.brands or reading.references
    if "policy" in reading.cues and not reading.categories:
        return Say("policy")
    if "off_topic" in reading.cues and not about_products and not reading.cues & {"wearing", "clothes"}:
        return Say("off_topic")
    return None


def _small_talk(reading: Reading, situation: Situation) -> Plan | None:
    """Greetings and thanks, when there is nothing else in the message."""
    others = reading.cues - {*_SMALL_TALK, "description", "shopping"}
    if "help" in reading.cues and not reading.wishes and not others and not reading.references:
        return Say("help")
    if others or reading.wishes or reading.content or reading.references.numbers:
        return None
    for remark in _SMALL_TALK:
        if remark in reading.cues and "shopping" not in reading.cues:
            return Say(remark)
    return Say("help") if not re.search(r"\w", reading.message) else None


def _superlative(reading: Reading, situation: Situation) -> Plan | None:
    """The cheapest or dearest: of the list on the table, or of the whole shop."""
    which = next((cue for cue in ("cheapest", "dearest") if cue in reading.cues), None)
    if which is None:
        return None
    of_list = situation.shown and not reading.categories and not _OF_THE_SHOP.search(reading.message)
    if of_list and not reading.brands and not reading.occasion:
        return Pick(situation.items(), "cheapest" if which == "cheapest" else "dearest")
    return None


def _comparison(reading: Reading, situation: Situation) -> Plan | None:
    if "compare" not in reading.cues or not (reading.references or situation.shown) or reading.categories:
        return None
    return _about_items(reading, situation, Compare) or (
        Compare(situation.items()) if situation.shown else None
    )


def _details(reading: Reading, situation: Situation) -> Plan | None:
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


def _similar(reading: Reading, situation: Situation) -> Plan | None:
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


def _same_brand(reading: Reading, situation: Situation) -> Plan | None:
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
    plan = _recommend(replace(wish, brands=(source.brand,)), reading, situation, again=True)
    return replace(plan, relax=("attributes", "colors", "price", "categories"))


def _question_on_items(reading: Reading, situation: Situation) -> Plan | None:
    """ "Is the 2nd one cotton?", "does it have pockets?", or only "the second one"."""
    references = reading.references
    if not references or (reading.categories and not references.numbers) or reading.cues & _MOVES:
        return None
    asked = (*reading.attributes, *reading.colors, *reading.content)
    asks = bool(_QUESTION.search(reading.message) and asked and not _WANTED_IN.search(reading.message))
    if asks:
        return _about_items(reading, situation, lambda items: Check(items, asked))
    if reading.refines or reading.occasion:
        return None
    return _about_items(reading, situation, lambda items: Describe(items, ("description",)))


def _new_wish(reading: Reading, situation: Situation) -> Plan | None:
    """A kind of product or an occasion is named: a wish of its own."""
    before = situation.wish
    if "clothes" in reading.cues and not (reading.categories or reading.occasion or reading.cues & _MOVES):
        everyday = replace(wish_of(reading, before=before), occasion=occasion_called("everyday"))
        return _recommend(everyday, reading, situation)
    if not (reading.categories or reading.occasion):
        return None
    wish = wish_of(reading, before=before)
    if reading.categories and before and _ELLIPSIS.search(reading.message):
        wish = replace(wish, colors=wish.colors or before.colors, occasion=wish.occasion or before.occasion)
    exclude = (
        situation.seen if "more" in reading.cues and before and before.categories == wish.categories else ()
    )
    return _recommend(wish, reading, situation, exclude=exclude)


def _changed_wish(reading: Reading, situation: Situation) -> Plan | None:
    """The wish of before, narrowed or widened: "in blue", "something less costly", "any other brand?"."""
    before = situation.wish
    if before is None:
        return _recommend(wish_of(reading), reading, situation) if reading.refines else None
    moves = reading.cues & (_MOVES | {"same", "cheapest", "dearest", "budget", "premium"})
    if not (reading.refines or moves) or (reading.unknown and not reading.refines and not moves):
        return None
    wish = before.refined(reading)
    prices = [product.price for product in situation.shown]
    if "cheaper" in moves and prices and reading.price is None:
        wish = replace(wish, high=below(min(prices)), low=None)
    if "pricier" in moves and prices and reading.price is None:
        wish = replace(wish, low=above(max(prices)), high=None)
    if "other_brand" in moves:
        shown = tuple(product.brand for product in situation.shown)
        wish = replace(wish, brands=(), not_brands=tuple(dict.fromkeys([*wish.not_brands, *shown])))
    again = bool(moves & _MOVES)
    plan = _recommend(wish, reading, situation, again=again)
    return replace(plan, relax=_relax_older(plan.relax, reading))


def _relax_older(relax: tuple[Droppable, ...], reading: Reading) -> tuple[Droppable, ...]:
    """What was said before is given up before what has just been said; a brand just named is kept even
    if it has no such thing, and what "cheaper" or "other brand" ask for is never given up."""
    insisted: set[Droppable] = {"price"} if reading.cues & {"cheaper", "pricier"} else set()
    if "other_brand" in reading.cues:
        insisted.add("brands")
    stated: dict[Droppable, bool] = {
        "attributes": bool(reading.attributes or reading.not_attributes),
        "colors": bool(reading.colors or reading.not_colors),
        "brands": bool(reading.brands or reading.not_brands),
        "price": reading.price is not None,
        "genders": bool(reading.people),
    }
    older = [name for name in relax if name not in insisted and not stated.get(name)]
    newer = [name for name in relax if name not in insisted and stated.get(name)]
    if reading.brands:
        whom: list[Droppable] = [name for name in older if name == "genders"]
        older = [*(name for name in older if name != "genders"), "categories", *whom]
    return (*older, *newer)


def _anything(reading: Reading, situation: Situation) -> Plan | None:
    """ "Show me some clothes": what people wear every day."""
    if reading.unknown or reading.references or not reading.cues & {"shopping", "wearing"}:
        return None
    if reading.content:
        return _recommend(wish_of(reading, before=situation.wish), reading, situation, guess=True)
    everyday = replace(wish_of(reading, before=situation.wish), occasion=occasion_called("everyday"))
    return _recommend(everyday, reading, situation)


def _guess(reading: Reading, situation: Situation) -> Plan | None:
    """Words that products mention, but no kind of product: look whether something is near."""
    if not reading.content or reading.unknown or reading.references or len(reading.content) > 4:
        return None
    return _recommend(wish_of(reading, before=situation.wish), reading, situation, guess=True)


def _unknown(reading: Reading) -> Plan:
    if reading.references:
        return Say("nothing_shown" if reading.references.numbers else "which_one")
    brief = len(reading.message.split()) <= 3 and not re.search(r"\byou\b", reading.message, re.I)
    if reading.unknown and ("shopping" in reading.cues or brief):
        return Say("not_carried", " ".join(reading.unknown[:3]))
    return Say("off_topic" if reading.content else "unclear")


def _recommend(
    wish: Wish,
    reading: Reading,
    situation: Situation,
    *,
    exclude: tuple[str, ...] = (),
    again: bool = False,
    guess: bool = False,
) -> Recommend:
    if again and not exclude:
        exclude = situation.seen
    counts = "count" in reading.cues
    return Recommend(wish, exclude, reading.limit or DEFAULT_LIMIT, again=again, guess=guess, counts=counts)


_QUESTIONS: tuple[Callable[[Reading, Situation], Plan | None], ...] = (
    _refusal,
    _small_talk,
    _superlative,
    _comparison,
    _details,
    _similar,
    _same_brand,
    _question_on_items,
    _new_wish,
    _changed_wish,
    _anything,
    _guess,
)
