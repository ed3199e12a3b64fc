"""Plans to find products: a new wish, or the one of before with changes."""

import re
from dataclasses import replace
from typing import Literal

from apparel.contracts import Droppable
from apparel.phrases import words
from apparel.taxonomy import categories, is_attribute_name
from orchestrator.dialogue.plans import (
    Plan,
    Recommend,
    Say,
    Summarise,
    above,
    below,
)
from orchestrator.dialogue.situation import Situation
from orchestrator.dialogue.wish import SAME_BUDGET, Wish, sorts, wish_like, wish_of
from orchestrator.understanding.beside import going_with
from orchestrator.understanding.occasions import Occasion, occasion_called
from orchestrator.understanding.reading import Reading

DEFAULT_LIMIT = 5
_MOST = 20
MOVES = frozenset({"cheaper", "pricier", "other_brand", "more"})
"""Cues that ask for other products than those shown, on the same wish."""
_CHANGES = frozenset(
    "any_brand any_color any_price any_fabric any_pattern any_fit same cheapest dearest budget "
    "premium".split()
)
DISLIKE = re.compile(r"\b(?:do ?n.?t|do not|did ?n.?t|not) (?:really |much )?(?:like|want)\b", re.I)
THE_ONE = re.compile(r"\bthe\b.*\bones?\b|\bwal[aie]\b", re.I)
_FOR = re.compile(r"^\W*(?:and |its |it['’]?s |it is )?for\b|\bke liye\W*$", re.I)
_BRANDS = re.compile(r"\b(?:brands|companies|dusre|doosre)\b", re.I)
# "What about sandals?" puts another kind into the place of the former one; the budget stays.
_REPLACING = re.compile(
    r"^\W*(?:what|how) about\b|\b(?:instead|rather|better|actually|sorry|i meant?)\b", re.I
)
NOT_AS_IT_IS = re.compile(r"\b(?:too|not so|should|must|has to|have to|needs? to)\b", re.I)
"""Says of what was shown how it ought to be."""
ALL = re.compile(r"\b(?:show|see|list|dikha\w*)(?: me)? (?:all|everything|sab)\b(?! of)|\bsab dikha", re.I)
SAME_COLOR = re.compile(r"\bsame (?:colou?r|shade|rang)\b", re.I)
_ONLY = re.compile(r"\b(?:only|sirf|just)\b", re.I)
_MATCHING = re.compile(r"\bmatching\b", re.I)
_ANEW = frozenset({"more", "pairing", "count", "similar"})
_ELLIPSIS = re.compile(r"^\W*(?:and|what about|how about|also|aur)\b", re.I)
_ASPECTS: dict[str, Literal["brands", "colors", "price", "categories"]] = {
    "which_brands": "brands",
    "which_colors": "colors",
    "price_range": "price",
    "assortment": "categories",
}


def summary(reading: Reading, situation: Situation) -> Plan | None:
    """ "Which brands of blazers do you carry?": figures over the shop, not over the five products shown."""
    aspect = next((_ASPECTS[cue] for cue in _ASPECTS if cue in reading.cues), None)
    if aspect == "price" and SAME_BUDGET.search(reading.message):
        return None
    if aspect == "colors" and reading.worn_with:  # "which colour shirt goes with brown trousers"
        return None
    if aspect is None or reading.references or (aspect == "categories" and reading.categories):
        return None
    if reading.wishes:
        return Summarise(wish_of(reading, before=situation.wish), aspect)
    if aspect == "categories" or situation.wish is None:
        return Summarise(Wish(), aspect)
    # Which colours there are does not depend on the colour that was wished.
    asked: dict[str, Wish] = {
        "brands": replace(situation.wish, brands=(), not_brands=()),
        "colors": replace(situation.wish, colors=(), not_colors=()),
        "price": replace(situation.wish, low=None, high=None),
    }
    return Summarise(asked[aspect], aspect)


def new_wish(reading: Reading, situation: Situation) -> Plan | None:
    """A kind of product or an occasion is named: a wish of its own."""
    before = situation.wish
    if "clothes" in reading.cues and not (reading.categories or reading.occasion or reading.cues & MOVES):
        everyday = replace(wish_of(reading, before=before), occasion=occasion_called("everyday"))
        return recommend(everyday, reading, situation)
    if not (reading.categories or reading.occasion):
        return None
    if before and _is_adjective(reading, before):
        return recommend(before.refined(reading), reading, situation)
    if before and _narrows(reading, before):
        narrowed = replace(before.refined(reading), categories=reading.categories, names=reading.names)
        if before.occasion and not {*reading.categories} & {*before.offered_categories}:
            narrowed = replace(narrowed, occasion=None)
        return recommend(narrowed, reading, situation)
    if before and before.categories and not reading.categories and _is_for_them(reading, before):
        # "shoes", and then only "running": the same things, for that.
        return recommend(replace(before.refined(reading), occasion=reading.occasion), reading, situation)
    wish = _beside_shown(wish_of(reading, before=before), reading, situation)
    if reading.categories and before and _ELLIPSIS.search(reading.message):
        wish = replace(wish, colors=wish.colors or before.colors, occasion=wish.occasion or before.occasion)
    wish = _in_same_color(wish, reading, situation)
    if before and before.occasion and _is_still_for(before.occasion, wish):
        wish = replace(wish, occasion=before.occasion)
    same_budget = SAME_BUDGET.search(reading.message) or _REPLACING.search(reading.message)
    if before and reading.price is None and same_budget:
        low, high = before.budget
        wish = replace(wish, low=low, high=high)
    exclude = (
        situation.seen if "more" in reading.cues and before and before.categories == wish.categories else ()
    )
    return recommend(wish, reading, situation, exclude=exclude)


def _beside_shown(wish: Wish, reading: Reading, situation: Situation) -> Wish:
    """The wish for what shall go with what was shown: for the same people, of the kinds that go with it, and
    "a matching dupatta" in its colour."""
    if "pairing" not in reading.cues or not situation.shown or reading.worn_with:
        return wish
    shown = situation.resolve(reading.references) or situation.in_focus()
    whose = {wish_like(item.product).people for item in shown}
    people = whose.pop() if len(whose) == 1 and not reading.people else wish.people
    kinds = going_with([item.product.category for item in shown], wish.categories)
    wished = situation.wish.colors if situation.wish else ()
    colors = wish.colors or (wished if _MATCHING.search(reading.message) else ())
    return replace(wish, people=people, categories=kinds, colors=colors)


def _is_still_for(occasion: Occasion, wish: Wish) -> bool:
    """Whether the new kind is worn there too: after shorts for the beach, shirts."""
    return wish.occasion is None and {*wish.categories} <= {*occasion.categories(wish.people)}


def _narrows(reading: Reading, before: Wish) -> bool:
    """Whether one of the kinds that were looked for is named, and nobody else: "sarees", of an outfit for a
    wedding, or "ok, only block heels" of golden heels."""
    if not reading.categories or reading.occasion or reading.worn_with or reading.cues & _ANEW:
        return False
    if reading.people and reading.people != before.people:
        return False
    if reading.categories == before.categories:
        some = _is_brief(reading) or _ONLY.search(reading.message) is not None
        return some and bool(reading.refines or reading.names != before.names)
    # Of ideas for an occasion any kind may be named.
    return not before.categories or set(reading.categories) < set(before.categories)


def _is_adjective(reading: Reading, before: Wish) -> bool:
    """ "It has to be formal", said of shirts: formal shirts, and not all that is called formal wear. Or
    "woollen", said of sweaters."""
    about = set(before.categories)
    properties = all(is_attribute_name(words(name)) for name in reading.names)
    stated = bool(reading.names) and bool(reading.attributes) and properties
    alone = len(words(reading.message)) == len(words(" ".join(reading.names)))
    return stated and bool(about) and (alone or about <= set(reading.categories))


def _is_for_them(reading: Reading, before: Wish) -> bool:
    """Whether the occasion named is one for the things of before: "the birthday is next week", of frocks."""
    told = not reading.cues & {"wearing", "clothes", "shopping"} and reading.occasion is not None
    worn = told and reading.occasion and {*before.categories} <= {*reading.occasion.categories(before.people)}
    return _is_brief(reading) or bool(worn)


def _is_brief(reading: Reading) -> bool:
    brief = len(reading.message.split()) <= 3 or _FOR.search(reading.message) is not None
    return brief and not reading.cues & {"wearing", "clothes", "shopping"}


def changed_wish(reading: Reading, situation: Situation) -> Plan | None:
    """The wish of before, narrowed or widened: "in blue", "something less costly", "any other brand?"."""
    before = situation.wish
    if before is None:
        if reading.refines and THE_ONE.search(reading.message) and not situation.shown:
            return Say("nothing_shown")
        # "Washing machine under 20000": a price alone makes no product of this shop.
        vague = bool(reading.content) and not (reading.colors or reading.brands or reading.people)
        if vague and reading.unknown:
            return None
        if not reading.refines:
            return None
        wish = wish_of(reading)
        # Only for whom it is: what these people wear every day.
        if vague and not (reading.colors or reading.brands or reading.attributes or reading.not_colors):
            return recommend(replace(wish, occasion=occasion_called("everyday")), reading, situation)
        return recommend(wish, reading, situation, guess=vague)
    moves = reading.cues & (MOVES | _CHANGES)
    for_self = reading.for_self and bool(before.speaker)
    asks = (
        moves
        or for_self
        or reading.limit
        or ALL.search(reading.message)
        or sorts(reading)
        or "count" in reading.cues
    )
    if not (reading.refines or asks) or (
        reading.unknown and not reading.refines and not moves and not sorts(reading)
    ):
        return None
    if _is_for_others(reading, before):
        # After sarees, "and for dad": what he wears there, for as much.
        occasion = before.occasion or occasion_called("everyday")
        low, high = before.budget
        return recommend(replace(wish_of(reading), occasion=occasion, low=low, high=high), reading, situation)
    wish = _in_same_color(before.refined(reading), reading, situation)
    prices = [item.product.price for item in situation.in_focus()]
    if "cheaper" in moves and prices and reading.price is None:
        wish = replace(wish, high=below(min(prices)), low=None)
    if "pricier" in moves and prices and reading.price is None:
        wish = replace(wish, low=above(max(prices)), high=None)
    if "other_brand" in moves:
        several = _BRANDS.search(reading.message)
        items = situation.items() if several else situation.in_focus()
        shown = tuple(item.product.brand for item in items)
        wish = replace(wish, brands=(), not_brands=tuple(dict.fromkeys([*wish.not_brands, *shown])))
    # "The costlier ones, above 4500" may be among those shown.
    stated = {"cheaper", "pricier"} if reading.price else set()
    again = bool(moves & MOVES - stated)
    plan = recommend(wish, reading, situation, again=again)
    if ALL.search(reading.message):
        plan = replace(plan, limit=_MOST)
    return replace(plan, relax=_relax_older(plan.relax, reading, wish), newest=reading.attributes)


def _is_for_others(reading: Reading, before: Wish) -> bool:
    """Whether these people do not wear what was wished before."""
    worn_by = [categories()[name].worn_by for name in before.categories if name in categories()]
    people = {*reading.people} - {"kids", "unisex"}
    return bool(people and worn_by) and all(groups and people.isdisjoint(groups) for groups in worn_by)


def _in_same_color(wish: Wish, reading: Reading, situation: Situation) -> Wish:
    """ "In the same colour": that of what was spoken of, or the last that was wished."""
    if reading.colors or not SAME_COLOR.search(reading.message):
        return wish
    if situation.focus:
        of_focus = tuple(item.product.color.lower() for item in situation.in_focus() if item.product.color)
        return replace(wish, colors=of_focus)
    wishes = [situation.wish, *(listed.wish for listed in reversed(situation.lists))]
    return replace(wish, colors=next((one.colors for one in wishes if one and one.colors), ()))


def _relax_older(relax: tuple[Droppable, ...], reading: Reading, wish: Wish) -> tuple[Droppable, ...]:
    """What was said before is given up before what has just been said; a brand just named is kept even
    if it has no such thing, and what "cheaper" or "other brand" ask for is never given up. Where nothing
    costs more, "something dearer" is the dearest that is left. A bound that only an earlier "cheaper" set
    goes first."""
    insisted: set[Droppable] = {"price"} if reading.cues & {"cheaper", "pricier"} else set()
    if "other_brand" in reading.cues:
        insisted.add("brands")
    stated: dict[Droppable, bool] = {
        "attributes": bool(reading.attributes or reading.not_attributes),
        "colors": bool(reading.colors or reading.not_colors),
        "brands": bool(reading.brands or reading.not_brands),
        "price": reading.price is not None,
    }
    free = [name for name in relax if name not in insisted and name != "genders"]
    older = [name for name in free if not stated.get(name)]
    newer = [name for name in free if stated.get(name)]
    # More of them are not such for somebody else.
    people: tuple[Droppable, ...] = () if wish.people and reading.cues & MOVES else ("genders",)
    if reading.brands:
        older.append("categories")
    own_bound = wish.budget != (wish.low, wish.high) and "price" not in insisted
    if own_bound or ("pricier" in reading.cues and reading.price is None):
        older.insert(0, "price")
    return tuple(dict.fromkeys((*older, *newer, *people)))


def recommend(
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
    limit = reading.limit or DEFAULT_LIMIT
    liked = _liked(reading, situation)
    return Recommend(wish, exclude, limit, liked, again=again, guess=guess, counts=counts, said=reading.said)


def _liked(reading: Reading, situation: Situation) -> tuple[str, ...]:
    """What the shopper liked, but for what this message turns down ("I don't like the 2nd")."""
    if not DISLIKE.search(reading.message):
        return situation.liked
    turned_down = situation.resolve(reading.references) or situation.items()
    return situation.without([item.product.product_id for item in turned_down]).liked
