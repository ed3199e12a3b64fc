"""Plans about the lists that were shown: an earlier one again, one without a product, the cheapest of one."""

import re
from dataclasses import replace

from orchestrator.dialogue.planning_shown import WHICH_ONE, about_items
from orchestrator.dialogue.planning_wish import recommend
from orchestrator.dialogue.plans import Again, Compare, Describe, Explain, Pick, Plan, Say
from orchestrator.dialogue.situation import Situation
from orchestrator.dialogue.wish import sorts
from orchestrator.understanding.reading import Reading

_WHICH_OF_THEM = re.compile(
    r"\b(?:which|what)\b.*\b(?:cheaper|costlier|pricier|more expensive|less expensive|costs (?:less|more))\b"
    r"|\b(?:sast|mehng)[aie]\b.*\bk(?:au|o)n ?s[aie]\b|\bk(?:au|o)n ?s[aie]\b.*\b(?:sast|mehng)[aie]\b",
    re.I,
)
_FAVOURITE = re.compile(
    r"\b(?:recommend|suggest|good|best|better|nicest|nicer|prefer|should i|would you|do you like)\b", re.I
)
_RANK = re.compile(
    r"\b(?:second|third|fourth|2nd|3rd|4th)\s+(?:cheapest|lowest|most|least|costliest)\b", re.I
)
_BACK = re.compile(r"^\W*(?:(?:ok|okay|no|please|go)\s+)*back(?: please)?\W*$", re.I)
_ONCE_MORE = re.compile(
    r"^\W*(?:(?:ok|okay|please|show|dikhao|them|it|me|the list)\s+)*(?:again|phir se|once more)\W*$",
    re.I,
)
_BACK_TO = re.compile(r"\b(?:back to|again|wapas|phir se|fir se)\b", re.I)
_REMOVE = re.compile(
    r"\b(?:remove|delete|drop|hata ?(?:o|do|dijiye)|leave out|take (?:out|away)|get rid of)\b", re.I
)
_WHY = re.compile(r"^\W*(?:\w+ )?(?:why|how come|kyu|kyun|kyon|kyo)\b", re.I)
_FIRST_LIST = re.compile(r"\bfirst\b", re.I)
_OF_THE_SHOP = re.compile(
    r"\b(?:your|you have|you sell|in (?:the )?(?:store|shop|stock)|overall|catalogue)\b", re.I
)


def earlier(reading: Reading, situation: Situation) -> Plan | None:
    """ "No, the earlier ones": the list before this one, or the very first; "show again" the last one."""
    if _ONCE_MORE.search(reading.message) and situation.lists:
        return Again(situation.lists[-1].products, 0)
    asks = "earlier" in reading.cues or _BACK.search(reading.message)
    if not asks or reading.wishes or reading.references.numbers:
        return None
    if not situation.lists:
        return Say("nothing_shown")
    back = len(situation.lists) - 1 if _FIRST_LIST.search(reading.message) else 1
    back = min(back, len(situation.lists) - 1)
    return Again(situation.lists[-1 - back].products, back)


def back_to_kind(reading: Reading, situation: Situation) -> Plan | None:
    """ "Go back to the shirts": the last list of these."""
    if not reading.categories or not _BACK_TO.search(reading.message):
        return None
    if replace(reading, people=()).refines:
        return None
    for back, listed in enumerate(reversed(situation.lists)):
        called = [name.split()[-1] for name in listed.wish.names] if listed.wish else []
        of_kind = all(product.category in reading.categories for product in listed.products)
        if of_kind or (called and {*called} <= {*reading.names}):
            return Again(listed.products, back, "named")
    return None


def removal(reading: Reading, situation: Situation) -> Plan | None:
    """ "Remove the second": the list without it; others, where nothing would be left."""
    if not reading.references.numbers or not _REMOVE.search(reading.message) or reading.wishes:
        return None
    found = about_items(reading, situation, lambda items: Describe(items, ()))
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
    if reading.references.numbers:  # "Why is 2 so expensive?"
        return about_items(reading, situation, lambda items: Describe(items, ("description",)))
    return Explain(situation.wish)


def superlative(reading: Reading, situation: Situation) -> Plan | None:
    """The cheapest or dearest: of the list on the table, or of the whole shop."""
    which = next((cue for cue in ("cheapest", "dearest") if cue in reading.cues), None)
    if sorts(reading):
        return None
    if situation.shown and _WHICH_OF_THEM.search(reading.message) and not reading.wishes:
        items = situation.resolve(reading.references) or situation.several()
        return Pick(items, "dearest" if "pricier" in reading.cues or which == "dearest" else "cheapest")
    if which is None:
        return None
    of_list = situation.shown and not reading.categories and not _OF_THE_SHOP.search(reading.message)
    if of_list and not reading.brands and not reading.occasion and not reading.limit:
        rank = _RANK.search(reading.message) and reading.references.numbers
        return Pick(
            situation.items(), "cheapest" if which == "cheapest" else "dearest", rank[0] if rank else 1
        )
    return None


def comparison(reading: Reading, situation: Situation) -> Plan | None:
    if "compare" not in reading.cues or not (reading.references or situation.shown) or reading.categories:
        return None
    found = about_items(reading, situation, Compare)
    if isinstance(found, Compare) and len(found.items) == 1 and reading.references.single:
        # "Compare it with the first": it is what was spoken of.
        both = {item.number: item for item in (*found.items, *situation.in_focus()[:1])}
        return Compare(tuple(both[number] for number in sorted(both)))
    return found or (Compare(situation.several()) if situation.shown else None)


def favourite(reading: Reading, situation: Situation) -> Plan | None:
    """ "Which one do you recommend?", of which no catalogue tells."""
    asks = WHICH_ONE.search(reading.message) and _FAVOURITE.search(reading.message)
    if not (asks and situation.shown) or reading.wishes or reading.content:
        return None
    return Say("no_favourite")
