"""Where a message says no, and where it takes a wish back."""

import re

from apparel.phrases import words
from apparel.taxonomy import category_phrases

_NEGATION = re.compile(
    r"\b(?:(?:any|every)(?: ?colou?r| ?shade| ?brand|thing| ?one)? (?:but|except|other than)|all but|"
    r"nothing (?:in|with|from|by)|nothing|neither|nor|not|is ?n['’]?t|are ?n['’]?t|without|"
    r"except(?: for)?|other than|excluding|avoid|ditch|omit|exclude|skip(?! the\b| that\b)|"
    r"remove(?! (?:the|that|this|number|no|it|all|every|them)\b| ?[#\d])|"
    r"(?:do|does|did|wo|would) ?(?:n['’]?t|not) (?:really |much )?(?:want|like|show|need|give|wear)"
    r"(?: me)?(?: any)?|"
    r"hates?|dislikes?|can(?: ?not|['’]?t) stand|allergic to|"
    r"no(?! ?[,.!]|\s*$|\s+(?:i|we|you|he|she|they)\b)|"
    r"minus|sans|free of|free from|apart from|instead of|rather than|bina)\b\s*"
    r"((?:(?!(?:not|nor|no|without)\b)[^\s,.;!?]+\s*){1,5})"
)
# "Not too expensive", said of a watch, turns down a price and no watch.
_TOO_DEAR = re.compile(
    r"(?:too|so|very|that|really|overly|much) (?:expensive|costly|pricey|dear|mehnga|mehngi|mehenga)\b"
)
_NEGATION_ENDS = re.compile(
    r"[,.;!?]|\b(?:but|for|under|below|above|show|give|instead|please|with|in|only|just|want)\b"
)
# "Never mind the linen", "need not be cotton", "the colour black is not a must": a wish is taken back, which
# denies nothing.
_FEW = r"((?:[^\s,.;!?]+\s*){1,3})"
_RELEASES = (
    re.compile(
        r"\b(?:never ?mind|forget(?: about)?|(?:drop|skip|remove|leave out)(?= the\b| that\b)|"
        r"no need (?:for|of)|"
        r"(?:need|does|do|must) ?(?:not|n['’]?t) (?:have to |need to )?be|no need to be|not necessarily)\s+"
        r"(?:(?:the|it|that|its|any)\s+)?" + _FEW
    ),
    re.compile(
        r"((?:[^\s,.;!?]+\s+){1,2})(?:(?:is ?n['’]?t|is not|not) (?:a |so )?(?:must|important|necessary|"
        r"needed|compulsory|mandatory|required)\b|(?:does ?n['’]?t|does not|do not|don['’]?t) matter\b|"
        r"is optional\b|zaroori nahi\b)"
    ),
)
# "Skip the sling bags", "leave out the black ones": things are no wish that could be taken back.
_DROPS = re.compile(
    r"\b(?:never ?mind|forget(?: about)?|(?:drop|remove)(?= the\b| that\b)|"
    r"skip|leave out)\s+(?:(?:the|that|any|all)\s+)?" + _FEW
)
_ONES = re.compile(r"\bones?\b|\bwal[aie]\b")
_WITH = re.compile(r"(?:with|in|having)\s+(?:an? |any )?((?:[^\s,.;!?]+\s*){1,2})")
_NAHI = re.compile(
    r"((?:[^\s,.;!?]+\s+){1,2})"
    r"(?:nahi|nahin|mat|chhod|na ho|(?:(?:is|are) )?not (?:allowed|ok|okay|wanted))\b"
)


def released_spans(message: str) -> list[tuple[int, int]]:
    """Where a wish is taken back."""
    found = [match for pattern in _RELEASES for match in pattern.finditer(message)]
    dropped = _dropped_spans(message)
    spans = [_until_end(message, match.start(1), match.end(1)) for match in found]
    return [span for span in spans if span not in dropped]


def _dropped_spans(message: str) -> list[tuple[int, int]]:
    """Where things are turned down by a verb."""
    spans = [_until_end(message, match.start(1), match.end(1)) for match in _DROPS.finditer(message)]
    return [(low, high) for low, high in spans if _names_things(message[low:high])]


def _names_things(part: str) -> bool:
    return bool(_ONES.search(part) or category_phrases().find(words(part)))


def _until_end(message: str, start: int, stop: int) -> tuple[int, int]:
    end = _NEGATION_ENDS.search(message, start, stop)
    return start, end.start() if end and end.start() > start + 1 else stop


def _denied_part(message: str, start: int, stop: int) -> tuple[int, int]:
    """What a no denies: of "no kurtas with a dupatta" the dupatta, and not the kurtas."""
    low, high = _until_end(message, start, stop)
    if dear := _TOO_DEAR.match(message, low):
        return low, dear.end()
    part = _WITH.match(message, high)
    if part and category_phrases().find(words(message[low:high])):
        return part.start(), part.end()
    return low, high


def negated_spans(message: str) -> list[tuple[int, int]]:
    spans = [_denied_part(message, match.start(1), match.end(1)) for match in _NEGATION.finditer(message)]
    spans += [(match.start(1), match.end(1)) for match in _NAHI.finditer(message)]
    return spans + _dropped_spans(message)
