"""Plans about products that were shown: their details, and questions that their texts may answer."""

import re
from collections.abc import Callable

from orchestrator.dialogue.planning_wish import ALL, MOVES, NOT_AS_IT_IS, SAME_COLOR, THE_ONE
from orchestrator.dialogue.plans import (
    Again,
    Check,
    Describe,
    Field,
    Numbered,
    Plan,
    Say,
)
from orchestrator.dialogue.situation import Situation
from orchestrator.dialogue.wish import sorts
from orchestrator.understanding.reading import Reading

_FIELDS: tuple[Field, ...] = (
    "price", "brand", "color", "fabric", "description", "link", "gender", "category", "name", "size",
)  # fmt: skip
_QUALITIES = frozenset({"fabric", "color", "name", "category", "gender", "size"})
# "The second one - is it leather" and "the 2nd is nice, what strap does it have" ask in their second half.
QUESTION = re.compile(
    r"(?:^|[-–,;:.!])\W*(?:(?:and|so|but|ok|okay|please|hey|hi)\W+)*"
    r"(?:is|are|does|do|has|have|can|could|will|would|was|kya|"
    r"(?:what(?:['’]?s)?|which)(?! about| else| goes))\b"
    r"|\?\s*$|\bkya\W*$|\b(?:hai|hain) kya\b|\b[iu]sme(?:in)?\b.*\bhain?\b",
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
_WHAT_IS = re.compile(r"^\W*(?:and |so |but )?(?:what['’]?s|what (?:is|are)) the\b", re.I)
WHICH_ONE = re.compile(
    r"^\W*(?:and |so |ok |but )*(?:what(?:['’]?s| is) the (?:best|nicest)|"
    r"which (?:one|ones|is|are|has|would|do|should|of (?:these|them|those)))\b",
    re.I,
)
# Sizes are said by their letters: "do you have it in L", "in 36C".
_SIZE = re.compile(
    r"(?:\b(?:in|of)\s+|^\W*)(?:x{0,4}[sml]|[2-6]xl|[2-5]\d ?[a-h]{0,2})"
    r"(?=\W*$|\W+(?:size|available|please|or|and|too|milega|hai)\b)",
    re.I,
)
_LETTERED = re.compile(r"\b(?:medium|large|extra large|free|bigger|smaller|which) size\b", re.I)
_COMES_WITH = re.compile(r"\b(?:with|have|has|include[sd]?|including|[iu]sme(?:in)?)\b", re.I)
_FEW = 2
_THEY_HAVE = re.compile(r"\bdo they have\b", re.I)
_WHAT_ABOUT = re.compile(r"\b(?:what|how) about\b", re.I)
_PREDICATE = re.compile(r"\b(?:is|are|looks?|seems?|hai)\b", re.I)


def made_by(reading: Reading, situation: Situation) -> Plan | None:
    """ "Is the first one from Zara?", of which the shop sells nothing: the brands of those asked about."""
    if not reading.makers or reading.wishes:
        return None
    return about_items(reading, situation, lambda items: Describe(items, ("brand",)))


def details(reading: Reading, situation: Situation) -> Plan | None:
    """Facts about shown products: "price of the 2nd", "what brands are these", "tell me more about it"."""
    fields = _asked_fields(reading)
    if asks_for_brand_of_item(reading) or sorts(reading) or SAME_COLOR.search(reading.message):
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
    if reading.content and not reading.references and _WHAT_ABOUT.search(reading.message):
        return None
    asked = QUESTION.search(reading.message) or _LETTERED.search(reading.message)
    if reading.content and not reading.references and not asked:
        # "Breathable fabric" says what it shall be of, and "my name is Raj" asks for no name.
        fields = tuple(field for field in fields if field not in _QUALITIES)
    if not fields:
        return None
    if not reading.references and (reading.wishes or not situation.shown):
        return Say("nothing_shown") if not reading.wishes and not reading.content else None
    found = about_items(reading, situation, lambda items: Describe(items, fields))
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


def about_items(
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


def property_asked(reading: Reading, situation: Situation) -> Plan | None:
    """ "What is the length?", of what was spoken of or of all that is shown."""
    asks = _WHAT_IS.search(reading.message) and reading.content and situation.shown
    if not asks or reading.wishes or reading.references:
        return None
    return Check(situation.in_focus(), reading.content)


def the_one(reading: Reading, situation: Situation) -> Plan | None:
    """ "The red one", where exactly one of the list is."""
    named = _described(reading, situation)
    only = not (reading.attributes or reading.price or reading.categories or reading.content or reading.cues)
    return Describe(named, ("description",)) if len(named) == 1 and only else None


def which_of_them(reading: Reading, situation: Situation) -> Plan | None:
    """ "Which one is best for running?", asked of the list on the table."""
    if not situation.shown or not WHICH_ONE.search(reading.message):
        return None
    if reading.categories or reading.price or reading.references.numbers:
        return None
    asked = (*reading.attributes, *reading.colors, *reading.content)
    if reading.occasion and not asked:
        asked = tuple(reading.query.split())
    return Check(situation.items(), asked) if asked else None


def comes_with(reading: Reading, situation: Situation) -> Plan | None:
    """ "Does it come with a blouse?": no blouse is wished for."""
    asks = QUESTION.search(reading.message) and _COMES_WITH.search(reading.message)
    if not (asks and situation.shown and reading.references.single and reading.categories):
        return None
    if "pairing" in reading.cues or WANTED_IN.search(reading.message):
        return None
    return Check(situation.resolve(reading.references) or situation.items(), reading.names)


def question_on_items(reading: Reading, situation: Situation) -> Plan | None:
    """ "Is the 2nd one cotton?", "does it have pockets?", or only "the second one"."""
    references = reading.references
    # "The next one" after one that was spoken of asks for no other products.
    moves = reading.cues & MOVES and not (references.step and situation.focus)
    if moves or ALL.search(reading.message):
        return None
    if not references or (reading.categories and not references.numbers):
        return None
    if (reading.categories and "pairing" in reading.cues) or (reading.wishes and not situation.shown):
        return None
    if reading.content and not references.numbers and NOT_AS_IT_IS.search(reading.message):
        return None
    if asked := _asked_of_things(reading):
        of_all = situation.shown and _WHETHER_IT.search(reading.message)
        found = about_items(reading, situation, lambda items: Check(items, asked))
        return found or (Check(situation.items(), asked) if of_all else None)
    if reading.refines or reading.occasion:
        return None
    return _pointed_at(reading, situation)


def _asked_of_things(reading: Reading) -> tuple[str, ...]:
    """What a message asks whether the things have it; nothing where it asks none, or for such ones."""
    # "Do they have pockets?" is asked of the things, and "do they come in black?" of the shop.
    of_things = _THEY_HAVE.search(reading.message) and not reading.colors
    wanted = WANTED_IN.search(reading.message) and not of_things
    if wanted or not QUESTION.search(reading.message):
        return ()
    asked = (*reading.attributes, *reading.colors, *reading.content)
    return asked or (tuple(reading.query.split()) if reading.occasion else ())


def _pointed_at(reading: Reading, situation: Situation) -> Plan | None:
    """ "The second one", or "second one warranty", though not "the third is lit". "Nah, those are mid" asks
    for no descriptions of all."""
    numbers = reading.references.numbers
    noun = reading.content and not reading.unknown and not _PREDICATE.search(reading.message)
    if numbers and noun:
        return about_items(reading, situation, lambda items: Check(items, reading.content))
    told = about_items(reading, situation, lambda items: Describe(items, ("description",)))
    if isinstance(told, Describe) and not numbers and len(told.items) > _FEW:
        shows = "shopping" in reading.cues
        return Again(situation.shown, 0) if shows else Say("unclear_later")
    return told
