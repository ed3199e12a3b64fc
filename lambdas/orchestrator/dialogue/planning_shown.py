"""Plans about products that were shown: their details, the cheapest of them, others like them."""

import re
from collections.abc import Callable

from orchestrator.dialogue.planning_wish import MOVES, NOT_AS_IT_IS, THE_ONE, recommend
from orchestrator.dialogue.plans import (
    Again,
    Check,
    Compare,
    Describe,
    Explain,
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
_QUALITIES = frozenset({"fabric", "color", "name", "category", "gender"})
# "The second one - is it leather" and "the 2nd is nice, what strap does it have" ask in their second half.
QUESTION = re.compile(
    r"(?:^|[-–,;:.!])\W*(?:(?:and|so|but|ok|okay|please|hey|hi)\W+)*"
    r"(?:is|are|does|do|has|have|can|could|will|would|was|kya|(?:what|which)(?! about| else| goes))\b"
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
_BACK_TO = re.compile(r"\b(?:back to|again|wapas|phir se|fir se)\b", re.I)
_REMOVE = re.compile(
    r"\b(?:remove|delete|drop|hata ?(?:o|do|dijiye)|leave out|take (?:out|away)|get rid of)\b", re.I
)
_WHY = re.compile(r"^\W*(?:\w+ )?(?:why|how come|kyu|kyun|kyon|kyo)\b", re.I)
# Sizes are said by their letters: "do you have it in L", "in 36C".
_SIZE = re.compile(
    r"\b(?:in|of)\s+(?:x{0,4}[sml]|[2-6]xl|[2-5]\d ?[a-h]{0,2})"
    r"(?=\W*$|\W+(?:size|available|please|or|and|too)\b)",
    re.I,
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


def back_to_kind(reading: Reading, situation: Situation) -> Plan | None:
    """ "Go back to the shirts": the last list of these."""
    if not reading.categories or reading.refines or not _BACK_TO.search(reading.message):
        return None
    for back, listed in enumerate(reversed(situation.lists)):
        if all(product.category in reading.categories for product in listed.products):
            return Again(listed.products, back, "named")
    return None


def removal(reading: Reading, situation: Situation) -> Plan | None:
    """ "Remove the second": the list without it; others, where nothing would be left."""
    if not reading.references.numbers or not _REMOVE.search(reading.message) or reading.wishes:
        return None
    found = _about_items(reading, situation, lambda items: Describe(items, ()))
    if not isinstance(found, Describe):
        return found
    rest = tuple(item.product for item in situation.items() if item not in found.items)
    if not rest and situation.wish:
        return recommend(situation.wish, reading, situation, again=True)
    return Again(rest, 0, "removed")


def reason(reading: Reading, situation: Situation) -> Plan | None:
    """ "Why did you show me that?": what was looked for."""
    if not _WHY.search(reading.message) or reading.wishes or not situation.shown or not situation.wish:
        return None
    return Explain(situation.wish)


def superlative(reading: Reading, situation: Situation) -> Plan | None:
    """The cheapest or dearest: of the list on the table, or of the whole shop."""
    which = next((cue for cue in ("cheapest", "dearest") if cue in reading.cues), None)
    if situation.shown and _WHICH_OF_THEM.search(reading.message) and not reading.wishes:
        several = situation.in_focus() if len(situation.focus) > 1 else situation.items()
        items = situation.resolve(reading.references) or several
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
    fields = _asked_fields(reading)
    if asks_for_brand_of_item(reading):
        return None
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
    if reading.content and not reading.references and not QUESTION.search(reading.message):
        # "Breathable fabric" says what it shall be of, and "my name is Raj" asks for no name.
        fields = tuple(field for field in fields if field not in _QUALITIES)
    if not fields:
        return None
    if not reading.references and (reading.wishes or not situation.shown):
        return Say("nothing_shown") if not reading.wishes and not reading.content else None
    found = _about_items(reading, situation, lambda items: Describe(items, fields))
    if found is not None:
        return found
    if reading.categories:
        return None
    focused = situation.in_focus()
    return Describe(focused, fields)


def _asked_fields(reading: Reading) -> tuple[Field, ...]:
    more = {
        "brand": "which_brands" in reading.cues and not reading.categories,
        "color": "which_colors" in reading.cues and bool(reading.references),
        "size": _SIZE.search(reading.message) is not None,
    }
    return tuple(field for field in _FIELDS if field in reading.cues or more.get(field))


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


def the_one(reading: Reading, situation: Situation) -> Plan | None:
    """ "The red one", where exactly one of the list is."""
    named = _described(reading, situation)
    only = not (reading.attributes or reading.price or reading.categories or reading.content or reading.cues)
    return Describe(named, ("description",)) if len(named) == 1 < len(situation.shown) and only else None


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
    if reading.content and not references.numbers and NOT_AS_IT_IS.search(reading.message):
        return None
    asked = (*reading.attributes, *reading.colors, *reading.content)
    if reading.occasion and not asked:
        asked = tuple(reading.query.split())
    asks = bool(QUESTION.search(reading.message) and asked and not WANTED_IN.search(reading.message))
    if asks:
        of_all = situation.shown and _WHETHER_IT.search(reading.message)
        found = _about_items(reading, situation, lambda items: Check(items, asked))
        return found or (Check(situation.items(), asked) if of_all else None)
    if reading.refines or reading.occasion:
        return None
    return _about_items(reading, situation, lambda items: Describe(items, ("description",)))
