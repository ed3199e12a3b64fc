"""For whom it is, over several messages."""

import re

from orchestrator.understanding.people import CHILD_OF, names_people
from orchestrator.understanding.reading import Reading

_ALSO = re.compile(r"\b(?:also|too|as well|bhi)\b|^\W*and\b", re.I)


def people_of(
    reading: Reading, known: tuple[str, ...], kept: tuple[str, ...], speaker: str
) -> tuple[str, ...]:
    """Who is named, or who writes ("one for me", after "for my husband"), or `kept`. `known` are the people
    of before, `speaker` is the group of who writes, where the talk has told."""
    if reading.people:
        return _spoken_of_again(reading, known)
    if not reading.for_self:
        return kept
    if who := reading.speaker or speaker:
        return (who,)
    # Whoever asks for something for a child, "and for me", is another person.
    return () if set(kept) <= {"kids", *CHILD_OF.values()} or _ALSO.search(reading.message) else kept


def _spoken_of_again(reading: Reading, known: tuple[str, ...]) -> tuple[str, ...]:
    """The people of the message: "he likes blue" and "12 years" tell no more of the boy of before."""
    if names_people(reading.message):
        return reading.people
    if reading.people == ("kids",):
        return tuple(CHILD_OF.get(group, group) for group in known) or reading.people
    children = tuple(CHILD_OF.get(group, group) for group in reading.people)
    return children if known and set(known) <= {"kids", *children} else reading.people
