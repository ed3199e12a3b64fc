"""From a reading and the situation to a plan. The order of the questions is the order of precedence."""

import re
from collections.abc import Callable

from orchestrator.dialogue import planning_like, planning_lists, planning_shown, planning_wish, planning_words
from orchestrator.dialogue.plans import (
    Plan,
    Remark,
    Say,
)
from orchestrator.dialogue.situation import Situation
from orchestrator.understanding.reading import Reading

# Of a product one asks "who is it by" or "who makes it".
_WHO = re.compile(
    r"^\W*(?:and |so |do you know |tell me )?"
    r"who(?:['’]?s| is| was| are| were| owns| runs| founded| started| built)\b",
    re.I,
)
_HOW_TO = re.compile(r"^\W*(?:how (?:do|to|can|should)|kaise)\b", re.I)
# "How to remove a stain from silk": of what one has already.
_CARE = re.compile(
    r"^\W*(?:how (?:do i|do you|to|can i|should i|does one)|kaise)\b.*\b"
    r"(?:remove|clean|wash|iron|store|fold|drape|stitch|dry|shrink|repair|dye)\b",
    re.I,
)
_SELLING = re.compile(
    r"\b(?:do|did) (?:you|u|they) (?:also |even )?(?:sell|keep|stock|carry|have|offer)\b", re.I
)
_OWN_ORDER = re.compile(r"\b(?:return|exchange|replace|cancel)(?:ing)? (?:an?|the|my|this|that) \w+", re.I)
_FEW = 3
_SMALL_TALK: tuple[Remark, ...] = ("goodbye", "thanks", "greeting", "help")


def plan_answer(reading: Reading, situation: Situation) -> Plan:
    """What to do about a message."""
    for question in _QUESTIONS:
        found = question(reading, situation)
        if found is not None:
            return found
    return _unknown(reading, situation)


def _refusal(reading: Reading, situation: Situation) -> Plan | None:
    """Attempts at the instructions, and tasks that are nobody's shopping."""
    if "override" in reading.cues:
        return Say("override")
    if "task" in reading.cues:
        return Say("off_topic")
    about_products = reading.categories or reading.brands or reading.references
    dressed = reading.cues & {"wearing", "clothes"}
    if reading.elsewhere.startswith("for "):
        return Say("not_carried", f"anything {reading.elsewhere}")
    if reading.elsewhere and not about_products and not (dressed and not _SELLING.search(reading.message)):
        return Say("not_carried", reading.elsewhere)
    if reading.makers and not reading.wishes and not reading.references:
        return Say("not_carried", " or ".join(reading.makers))
    if _WHO.search(reading.message) and not reading.references:
        return Say("off_topic")
    if _CARE.search(reading.message) and not (reading.references or situation.focus):
        return Say("off_topic")
    if _HOW_TO.search(reading.message) and not (
        about_products or reading.people or reading.cues - {"description"}
    ):
        return Say("off_topic")
    if "size" in reading.cues and not (reading.wishes or situation.shown):
        return Say("sizes")
    if "popular" in reading.cues and not reading.wishes:
        return Say("popular")
    if ("policy" in reading.cues and not reading.categories) or _OWN_ORDER.search(reading.message):
        return Say("policy")
    if "off_topic" in reading.cues and not about_products and not dressed:
        return Say("off_topic")
    return None


def _small_talk(reading: Reading, situation: Situation) -> Plan | None:
    """Greetings and thanks, when there is nothing else in the message."""
    others = reading.cues - {*_SMALL_TALK, "description", "shopping", "allowed"}
    if "help" in reading.cues and not reading.wishes and not others and not reading.references:
        return Say("help")
    if situation.shown and planning_shown.WHICH_ONE.search(reading.message):  # "which is good?"
        return None
    if others or reading.wishes or reading.for_self or reading.content or reading.references.numbers:
        return None
    for remark in _SMALL_TALK:
        if remark in reading.cues and "shopping" not in reading.cues:
            return Say(remark)
    if "allowed" in reading.cues:  # "that's fine"
        return Say("thanks")
    return Say("help") if not re.search(r"\w", reading.message) else None


def _unknown(reading: Reading, situation: Situation) -> Plan:
    if reading.references:
        return Say("nothing_shown" if reading.references.numbers else "which_one")
    if reading.cues & {"wearing", "similar"}:  # "something like what Deepika wears"
        return Say("unclear")
    if situation.shown and not reading.content:
        return Say("unclear_later")
    brief = len(reading.message.split()) <= 3 and not re.search(r"\byou\b", reading.message, re.I)
    if reading.unknown and ("shopping" in reading.cues or brief):
        return Say("not_carried", reading.said if len(reading.content) <= _FEW else reading.unknown[0])
    return Say("off_topic" if reading.content else "unclear")


_QUESTIONS: tuple[Callable[[Reading, Situation], Plan | None], ...] = (
    _refusal,
    _small_talk,
    planning_lists.earlier,
    planning_lists.back_to_kind,
    planning_lists.removal,
    planning_lists.reason,
    planning_wish.summary,
    planning_lists.superlative,
    planning_lists.comparison,
    planning_shown.made_by,
    planning_lists.favourite,
    planning_shown.details,
    planning_words.with_a_part,
    planning_like.pairing,
    planning_like.similar,
    planning_like.same_brand,
    planning_shown.property_asked,
    planning_shown.the_one,
    planning_shown.which_of_them,
    planning_shown.comes_with,
    planning_shown.question_on_items,
    planning_wish.new_wish,
    planning_wish.changed_wish,
    planning_words.described,
    planning_words.anything,
    planning_words.guess,
)
