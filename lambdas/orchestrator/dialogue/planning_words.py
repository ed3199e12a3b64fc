"""Plans for words of no vocabulary: what a thing shall be like, or a thing itself."""

import re
from dataclasses import replace

from apparel.phrases import words
from orchestrator.dialogue.planning_wish import recommend
from orchestrator.dialogue.plans import Plan
from orchestrator.dialogue.situation import Situation
from orchestrator.dialogue.wish import wish_of
from orchestrator.understanding.occasions import occasion_called
from orchestrator.understanding.reading import Reading

_ON_IT = re.compile(r"\bon (?:it|them)\b", re.I)
_PRINTED = "printed"
_MAX_DESCRIPTION = 4
"""Words; more tell a story."""
_BRIEF = 3
_WITH_PART = re.compile(
    r"^\W*(?:(?:and|but|ok|some|any|something|anything|ones?|those|the|show|me)\s+)*(?:with|having)\s+"
    r"(?:an? |the |some )?((?:[^\s,.;!?]+ ?){1,3})\W*$",
    re.I,
)
_LESS = re.compile(r"(?:not|no|without|less)\b", re.I)
_OF_THEM = re.compile(
    r"\b(?:ones?|wal[aie]|(?:some|any)thing|less|more|too|(?:not|no) so|with|without|jis(?:me|mein))\b"
    r"|\b(?:it|they|these) (?:should|must|has to|have to|needs? to)\b",
    re.I,
)
_WANTED = re.compile(r"^\W*(?:i|we) (?:just |really )?(?:want|need|prefer|(?:would|['’]?d) like)\b", re.I)
_TALK = re.compile(r"\b(?:i|i['’]?m|im|my|me|you|your|u|ur|we|our)\b", re.I)
_THING = re.compile(
    r"\b(?:(?:what|how) about|an?|any|some|show|sell|have|get|find|looking for|search|chahiye|dikha\w*)\b",
    re.I,
)


def with_a_part(reading: Reading, situation: Situation) -> Plan | None:
    """ "Anything with a belt", said of dresses: no belts."""
    part, before = _WITH_PART.match(reading.message), situation.wish
    if not (part and before and before.categories and reading.categories and situation.shown):
        return None
    if set(reading.categories) <= set(before.categories) or "pairing" in reading.cues:
        return None
    named = tuple(word.form for word in words(part[1]))
    wish = before.refined(replace(reading, query=" ".join(named), attributes=(), content=named))
    return recommend(replace(wish, described=(part[1],)), reading, situation)


def anything(reading: Reading, situation: Situation) -> Plan | None:
    """ "Show me some clothes": what people wear every day."""
    if reading.unknown or reading.references or not reading.cues & {"shopping", "wearing"}:
        return None
    if reading.content:
        return recommend(wish_of(reading, before=situation.wish), reading, situation, guess=True)
    everyday = replace(wish_of(reading, before=situation.wish), occasion=occasion_called("everyday"))
    return recommend(everyday, reading, situation)


def described(reading: Reading, situation: Situation) -> Plan | None:
    """ "With pockets", "less heavy", "anything lighter": what the things of before shall be like, in words of
    no vocabulary. The texts of the products found tell whether they are (`answers.retrieve`)."""
    before = situation.wish
    if not (before and situation.shown and reading.said) or reading.wishes or reading.references.numbers:
        return None
    if not _is_description(reading):
        return None
    said = f"not {reading.said}" if reading.said.lower().startswith("too ") else reading.said
    wish = replace(before.refined(reading), described=(said,))
    if not _LESS.match(said) and not {*reading.content} <= {*reading.unknown}:
        return recommend(wish, reading, situation)
    # What is near to "not so heavy" by its words is heavy, and what no text has is near to nothing.
    return recommend(replace(wish, query=before.query, words=before.words), reading, situation)


def _is_description(reading: Reading) -> bool:
    """Whether the words say what a thing is like, and are no thing and no talk themselves."""
    if len(reading.content) > _MAX_DESCRIPTION:
        return False
    if _OF_THEM.search(reading.message):
        return True
    wanted = _WANTED.search(reading.message)
    rest = reading.message[wanted.end() :] if wanted else reading.message
    if _TALK.search(rest) or _THING.search(rest):
        return False
    brief = len(reading.message.split()) <= _BRIEF
    return brief or not reading.unknown or any(form.endswith("er") for form in reading.content)


def guess(reading: Reading, situation: Situation) -> Plan | None:
    """Words that products mention, but no kind of product: look whether something is near."""
    described = {word.form for text in reading.described for word in words(text)}
    unknown = {*reading.unknown} - described
    if not reading.content or unknown or reading.references or len(reading.content) > 4:
        return None
    wish = wish_of(reading, before=situation.wish)
    if reading.unknown and _ON_IT.search(reading.message):
        # What no text of this shop has a word for is most likely printed on it.
        return recommend(replace(wish, query=_PRINTED, attributes=(_PRINTED,)), reading, situation)
    return recommend(wish, reading, situation, guess=True)
