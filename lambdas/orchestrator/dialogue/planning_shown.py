"""Plans about products that were shown: their details, the cheapest of them, others like them."""

import re
from collections.abc import Callable

from orchestrator.dialogue.planning_wish import MOVES, THE_ONE
from orchestrator.dialogue.plans import (
    Again,
    Check,
    Compare,
    Describe,
    Field,
    Numbered,
    Pick,
    Plan,
    Say,
)
from orchestrator.dialogue.situation import Situation
from orchestrator.understanding.reading import Reading

_FIELDS: tuple[Field, ...] = (
    "price", "brand", "color", "fabric", "description", "link", "gender", "category", "name", "size",
)  # fmt: skip
QUESTION = re.compile(
    r"^\W*(?:(?:and|so|but|ok|okay|please|hey|hi)\W+)*(?:is|are|does|do|has|have|can|could|will|would|was|kya)\b"
    r"|\?\s*$|\bkya\W*$|\b(?:hai|hain) kya\b",
    re.I,
)
WANTED_IN = re.compile(
    r"\b(?:do (?:you|they) (?:have|make)|have you got|got|comes? in|available in|any of)\b|"
    r"^(?!.*\b(?:is|are|does|do|has|have|can|could|will|would|was|kya|which|what)\b).*\bin [a-z ]+\W*$",
    re.I,
)
# Said of a list of which nothing was singled out it is asked of all of it, and no wish as "show it in blue".
_WHETHER_IT = re.compile(
    r"^\W*(?:(?:and|so|but|ok|okay)\W+)*(?:is|does|has|was|will) (?:it|this|that)\b", re.I
)
_WHICH_OF_THEM = re.compile(
    r"\b(?:which|what)\b.*\b(?:cheaper|costlier|pricier|more expensive|less expensive|costs (?:less|more))\b",
    re.I,
)
_WHICH_ONE = re.compile(r"^\W*(?:and |so )?which (?:one|ones|of (?:these|them|those))\b", re.I)
_RANK = re.compile(
    r"\b(?:second|third|fourth|2nd|3rd|4th)\s+(?:cheapest|lowest|most|least|costliest)\b", re.I
)
_FIRST_LIST = re.compile(r"\bfirst\b", re.I)
_OF_THE_SHOP = re.compile(
    r"\b(?:your|you have|you sell|in (?:the )?(?:store|shop|stock)|overall|catalogue)\b", re.I
)


def earlier(reading: Reading, situation: Situation) -> Plan | None:
    """ "No, the earlier ones": the list before this one, or the very first."""
    if "earlier" not in reading.cues or reading.wishes or reading.references.numbers:
        return None
    if not situation.lists:
        return Say("nothing_shown")
    back = len(situation.lists) - 1 if _FIRST_LIST.search(reading.message) else 1
    back = min(back, len(situation.lists) - 1)
    return Again(situation.lists[-1 - back].products, back)


def superlative(reading: Reading, situation: Situation) -> Plan | None:
    """The cheapest or dearest: of the list on the table, or of the whole shop."""
    which = next((cue for cue in ("cheapest", "dearest") if cue in reading.cues), None)
    if situation.shown and _WHICH_OF_THEM.search(reading.message) and not reading.wishes:
        items = situation.resolve(reading.references) or situation.items()
        return Pick(items, "dearest" if "pricier" in reading.cues or which == "dearest" else "cheapest")
    if which is None:
        return None
    of_list = situation.shown and not reading.categories and not _OF_THE_SHOP.search(reading.message)
    if of_list and not reading.brands and not reading.occasion:
        rank = _RANK.search(reading.message) and reading.references.numbers
        return Pick(
            situation.items(), "cheapest" if which == "cheapest" else "dearest", rank[0] if rank else 1
        )
    return None


def comparison(reading: Reading, situation: Situation) -> Plan | None:
    if "compare" not in reading.cues or not (reading.references or situation.shown) or reading.categories:
        return None
    found = _about_items(reading, situation, Compare)
    if isinstance(found, Compare) and len(found.items) == 1 and reading.references.single:
        # "Compare it with the first": it is what was spoken of.
        both = {item.number: item for item in (*found.items, *situation.in_focus()[:1])}
        return Compare(tuple(both[number] for number in sorted(both)))
    return found or (Compare(situation.items()) if situation.shown else None)


def made_by(reading: Reading, situation: Situation) -> Plan | None:
    """ "Is the first one from Zara?", of which the shop sells nothing: the brands of those asked about."""
    if not reading.makers or reading.wishes:
        return None
    return _about_items(reading, situation, lambda items: Describe(items, ("brand",)))


def details(reading: Reading, situation: Situation) -> Plan | None:
    """Facts about shown products: "price of the 2nd", "what brands are these", "tell me more about it"."""
    fields = tuple(field for field in _FIELDS if field in reading.cues)
    if asks_for_brand_of_item(reading):
        return None
    if "which_brands" in reading.cues and not reading.categories:
        fields = tuple(dict.fromkeys([*fields, "brand"]))
    if not fields or reading.cues & {
        "any_brand",
        "any_color",
        "any_price",
        "any_fabric",
        "any_pattern",
        "any_fit",
        "similar",
        "same_brand",
        "other_brand",
        "cheaper",
        "pricier",
    }:
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
    focused = situation.in_focus()
    return Describe(focused, fields)


def asks_for_brand_of_item(reading: Reading) -> bool:
    """ "More of the first one's brand": products, and not the brand's name."""
    asked = {"brand", "more"} <= reading.cues and bool(reading.references.numbers)
    return asked and "other_brand" not in reading.cues


def _described(reading: Reading, situation: Situation) -> tuple[Numbered, ...]:
    """Shown products that the message singles out by colour or brand: "price of the blue one"."""
    if reading.references.numbers or not THE_ONE.search(reading.message):
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


def which_of_them(reading: Reading, situation: Situation) -> Plan | None:
    """ "Which one is best for running?", asked of the list on the table."""
    if not situation.shown or not _WHICH_ONE.search(reading.message):
        return None
    if reading.categories or reading.price or reading.references.numbers:
        return None
    asked = (*reading.attributes, *reading.colors, *reading.content)
    if reading.occasion and not asked:
        asked = tuple(reading.query.split())
    return Check(situation.items(), asked) if asked else None


def question_on_items(reading: Reading, situation: Situation) -> Plan | None:
    """ "Is the 2nd one cotton?", "does it have pockets?", or only "the second one"."""
    references = reading.references
    # "The next one" after one that was spoken of asks for no other products.
    moves = reading.cues & MOVES and not (references.step and situation.focus)
    if not references or (reading.categories and not references.numbers) or moves:
        return None
    if (reading.categories and "pairing" in reading.cues) or (reading.wishes and not situation.shown):
        return None
    asked = (*reading.attributes, *reading.colors, *reading.content)
    asks = bool(QUESTION.search(reading.message) and asked and not WANTED_IN.search(reading.message))
    if asks:
        of_all = situation.shown and _WHETHER_IT.search(reading.message)
        found = _about_items(reading, situation, lambda items: Check(items, asked))
        return found or (Check(situation.items(), asked) if of_all else None)
    if reading.refines or reading.occasion:
        return None
    return _about_items(reading, situation, lambda items: Describe(items, ("description",)))
