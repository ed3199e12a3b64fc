"""Which of the shown products a message means: "the 2nd one", "number 3", "pehla wala", "its", "these"."""

import re
from dataclasses import dataclass

from apparel.phrases import fold

_ORDINALS = {
    1: "1st first pehla pehli pehle pahla pahli",
    2: "2nd second secend dusra dusri doosra doosri dusre",
    3: "3rd third teesra teesri tisra tisri",
    4: "4th fourth forth chautha chauthi chotha",
    5: "5th fifth paanchva paanchwa panchwa paanchvi",
    6: "6th sixth chhata chhatha",
    7: "7th seventh",
    8: "8th eighth",
    9: "9th ninth",
    10: "10th tenth",
    -1: "last aakhri akhri",
}
_BY_WORD = {word: number for number, names in _ORDINALS.items() for word in names.split()}
ORDINAL_WORDS = frozenset(_BY_WORD)
_CARDINALS = {
    "one": 1,
    "two": 2,
    "three": 3,
    "four": 4,
    "five": 5,
    "six": 6,
    "seven": 7,
    "eight": 8,
    "nine": 9,
    "ten": 10,
}
_WORDS = "|".join(sorted(_BY_WORD, key=len, reverse=True))
_NUMBER = rf"(?:\d{{1,2}}|{'|'.join(_CARDINALS)})"

_ORDINAL = re.compile(
    rf"\b({_WORDS}|\d{{1,2}}(?:st|nd|rd|th))\b"
    r"(?!\s+(?:time|day|date|list|of all|birthday|anniversary|year|semester|class|floor|thing|job|salary))"
)
_NUMBERED = re.compile(
    rf"(?:#|\b(?:numbers?|no\.?|num|items?|options?|products?|choice|nr\.?|piece)\s*#?)\s*({_NUMBER})\b"
    rf"((?:\s*(?:,|and|&|or|vs\.?|versus|with)\s*#?(?:number|no\.?|item|option|product)?\s*{_NUMBER}\b)*)"
)
_FIELD_OF = re.compile(
    rf"\b(?:details?|price|cost|rate|brand|colou?r|fabric|material|link|description|about)\s+(?:(?:of|for|on|about)\s+)?({_NUMBER})\b"
    r"(?!\s*(?:k\b|rs|inr|rupees|thousand|hundred|years?|[,.]?\d))"
)
# "Similar to 3 but cheaper", though not "something like 3 shirts".
_LIKE = re.compile(
    rf"\b(?:similar to|same as|(?:something|anything|more|ones?) like)\s+({_NUMBER})\b"
    rf"(?=\W*$|\W+(?:but|in|with|without|only|please|under|below|(?:and|or)(?! {_NUMBER}\b))\b)"
)
_JOINT = r"\s*(?:,|and|&|n|or|aur|ya|vs\.?|versus|with|to|,\s*and)\s*"
_SEVERAL = rf"(?:the\s+)?({_NUMBER}(?:{_JOINT}{_NUMBER}\b)+)"
_PAIR = re.compile(
    rf"\b(?:compare|between|versus|vs\.?|of|for|is|are|about|both|either)\s+{_SEVERAL}"
    r"(?!\s*(?:k\b|rs|inr|rupees|thousand|hundred|hazaar|hazar|lakh|sau\b))"
)
# "Which is cheaper, 1 or 3?", "more like 2 and 4".
_PAIR_LAST = re.compile(rf"(?:[,:;?-]|\b(?:like|only|just|from|to))\s*{_SEVERAL}\W*$")
_COMPARED = re.compile(rf"\bcompare\s+((?:{_NUMBER}\W+){{1,9}}{_NUMBER})\W*$")
_TAKEN_OUT = re.compile(rf"\b(?:remove|delete|drop|hata ?do|hatao)\s+({_NUMBER}(?:{_JOINT}{_NUMBER}\b)*)\W*$")
# "Is 2 cotton?", "same brand as 1", "the warranty of 3".
_SUBJECT = re.compile(
    r"^\W*(?:why\s+)?(?:is|does|has|was)\s+(\d{1,2})\s+[a-z]|\bsame (?:\w+ )?as\s+(\d{1,2})\W*$"
    r"|\bthe \w+ of\s+(\d{1,2})\W*$|^\W*(?:which|what) \w+ (?:is|does|has) (\d{1,2})\b"
)
_FIRST_SOME = re.compile(rf"\b(first|last|top)\s+({_NUMBER})\b(?!\s*(?:hundred|thousand|k\b))")
_MIDDLE = re.compile(r"\b(?:middle|centre|center|beech wal[aie])(?: one| item| product)?\b")
_STEPS = (
    (1, re.compile(r"\b(?:the )?(?:one after(?: that| it| this)?|next one|one below(?: that| it)?)\b")),
    (-1, re.compile(r"\b(?:the )?(?:one before(?: that| it| this)?|previous one|one above(?: that| it)?)\b")),
)
_BOTTOM = re.compile(r"\bbottom (?:one|item|product)\b|\bthe bottom\W*$")
_FROM_THE_END = re.compile(r"\b(?:second|2nd)[ -](?:to[ -])?last\b")
_PAIR_FIRST = re.compile(
    rf"^\W*(?:the\s+)?({_NUMBER})\s*(?:,|and|&|or|aur|ya|vs\.?)\s*({_NUMBER})\b(?!\s*(?:k\b|rs|\d))"
)
_BARE = re.compile(
    rf"^\W*(?:(?:ok|okay|yes|yeah|haan|then|so|and)\s+)*(?:the\s+)?({_NUMBER})(?:\s+(?:please|one))?\W*$"
)
_SINGLE = re.compile(
    r"\b(?:this|that)\s+(?:one|product|item|piece)\b|\b(?:it|its|it's|iska|iski|uska|uski|isme|ismein|usme|usmein)\b|\b(?:this|that)\b(?=\W*$)|\b(?:is|does|of|about|like|buy|love|want|for)\s+(?:this|that)\b"
)
# The thing that is wished itself: "something with cartoons on it".
_OF_ITSELF = re.compile(r"\bwith (?:[^\s,.;!?]+ ){1,4}?(?:on|in|over) (?:it|them)\b")
_THEM = re.compile(
    r"\b(?:both|dono|donon|them|they|their|those two|these two|the two|inka|inki|inke|unka|unki)\b"
)
_PLURAL = re.compile(
    r"\b(?:these|those|them|they|their|all of them|each|each one|each of them|everything|both|dono|"
    r"all(?! (?:different|over|day|kinds?|types?|sizes?|colou?rs?|occasions?|seasons?|ages?|time)\b)|"
    r"donon|the two|inka|inki|inke|unka|unki|sab|sabka|sabki|the above|listed|you showed|shown)\b"
)


MIDDLE = 1_000
"""Stands for the number of the one in the middle, which depends on the list."""


@dataclass(frozen=True)
class References:
    """List numbers from 1 (-1 is the last, MIDDLE the one in the middle), whether "it" or "these" stood in
    the message (`them`: those spoken of last, if these were several), and for "the one before that" how many
    places it lies from what was spoken of."""

    numbers: tuple[int, ...] = ()
    single: bool = False
    plural: bool = False
    them: bool = False
    step: int = 0

    def __bool__(self) -> bool:
        return bool(self.numbers) or self.single or self.plural or self.step != 0


def _number(text: str) -> int:
    return _CARDINALS[text] if text in _CARDINALS else int(text)


def find_references(message: str) -> References:
    """What the message points at. Numbers that are counts or prices are no references."""
    text = fold(message).strip()
    found: list[tuple[int, int]] = []
    rest = text
    for match in _FROM_THE_END.finditer(rest):
        found.append((match.start(), -2))
        rest = rest.replace(match.group(), " ")
    found += [(match.start(), -1) for match in _BOTTOM.finditer(rest)]
    found += [(match.start(), MIDDLE) for match in _MIDDLE.finditer(rest)]
    for match in _FIRST_SOME.finditer(rest):
        count = _number(match[2])
        some = range(-count, 0) if match[1] == "last" else range(1, count + 1)
        if match[1] != "top" and 1 <= count <= 20:
            found += [(match.start(), number) for number in some]
            rest = rest.replace(match.group(), " ")
    for match in _NUMBERED.finditer(rest):
        found += [(match.start(), _number(number)) for number in re.findall(_NUMBER, match.group())]
    for match in _ORDINAL.finditer(rest):
        word = match[1]
        found.append((match.start(), _BY_WORD[word] if word in _BY_WORD else int(word[:-2])))
    for pattern in (_FIELD_OF, _LIKE):
        found += [(match.start(1), _number(match[1])) for match in pattern.finditer(rest)]
    for pattern in (_PAIR, _PAIR_LAST, _COMPARED, _TAKEN_OUT):
        for match in pattern.finditer(rest):
            several = [_number(number) for number in re.findall(rf"\b{_NUMBER}\b", match[1])]
            if max(several) <= 20:
                found += [(match.start() + at, number) for at, number in enumerate(several)]
    found += [(match.start(), int(match[match.lastindex or 0])) for match in _SUBJECT.finditer(rest)]
    if pair := _PAIR_FIRST.match(rest):
        found += [(0, _number(pair[1])), (1, _number(pair[2]))]
    bare = _BARE.match(rest)
    if bare and not found and 1 <= _number(bare[1]) <= 20:
        found.append((0, _number(bare[1])))
    text = _OF_ITSELF.sub(" ", text)
    step = next((places for places, pattern in _STEPS if pattern.search(text)), 0)
    numbers = tuple(dict.fromkeys(number for _, number in sorted(found) if number != 0))
    return References(
        numbers=numbers,
        single=_SINGLE.search(text) is not None,
        plural=_PLURAL.search(text) is not None,
        them=_THEM.search(text) is not None,
        step=step,
    )
