"""Whole sentences out of a stream of pieces that may be cut anywhere."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

MAX_SENTENCE_CHARS = 400

_EMOJI = "[\u2600-\u27bf\U0001f300-\U0001faff\ufe0f]"
# A row of emoji ends a sentence too, where the next one begins with a capital.
_END = re.compile(rf"[.!?…।॥]+[\"'”’)\]*_]*(?=\s)|\n|{_EMOJI}+(?=\s+[A-Z\u0900-\u097f₹(\"“*])")
# What a full stop does not end. A single letter too: "M.R.P.", "U.S. Polo".
_ABBREVIATION = re.compile(
    r"(?:^|[\s(])(?:rs|mr|mrs|ms|dr|no|nos|st|vs|e\.g|i\.e|etc|approx|incl|max|min|co|assn|[a-z]|(?:[a-z]\.)+[a-z])\.$",
    re.IGNORECASE,
)
_FINISHED = re.compile(r"[.!?…।॥:)\]\"'”’*_\u2600-\u27bf\U0001f300-\U0001faff\ufe0f]$")


@dataclass(frozen=True)
class Sentence:
    text: str
    """With the white space that parted it from the one before."""
    whole: bool
    """False: it was cut off by the end of the stream or grew too long to be read as one."""


def sentences(pieces: Iterable[str], max_chars: int = MAX_SENTENCE_CHARS) -> Iterator[Sentence]:
    """Sentences and lines as soon as each is complete.

    A "sentence" without end is given up in parts of `max_chars`, marked as not whole.
    """
    buffer = ""
    overlong = False
    for piece in pieces:
        buffer += piece
        while (end := _end_of_first(buffer)) is not None:
            yield Sentence(buffer[:end], whole=not overlong and end <= max_chars)
            buffer, overlong = buffer[end:], False
        while len(buffer) > max_chars:
            yield Sentence(buffer[:max_chars], whole=False)
            buffer, overlong = buffer[max_chars:], True
    if buffer.strip():
        yield Sentence(buffer, whole=not overlong and bool(_FINISHED.search(buffer.rstrip())))


def _end_of_first(text: str) -> int | None:
    for match in _END.finditer(text):
        so_far = text[: match.end()]
        if not so_far.strip():
            continue
        if match.group() != "\n" and _ABBREVIATION.search(so_far):
            continue
        return match.end()
    return None
