"""Amounts of money in a message: "under 1.5k", "500 se 800 tak", "around two thousand"."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

from apparel.phrases import fold

_UNITS = {
    word: value
    for value, names in {
        1: "one ek a", 2: "two do", 3: "three teen", 4: "four char chaar", 5: "five paanch panch",
        6: "six chhe", 7: "seven saat", 8: "eight aath", 9: "nine nau", 10: "ten das dus", 12: "twelve barah",
        15: "fifteen pandrah", 20: "twenty bees", 25: "twentyfive pachees", 30: "thirty tees",
        50: "fifty pachas",
    }.items()
    for word in names.split()
}  # fmt: skip
_SCALES = {
    "k": 1_000, "thousand": 1_000, "thousands": 1_000, "hazaar": 1_000, "hazar": 1_000, "grand": 1_000,
    "hundred": 100, "sau": 100, "lakh": 100_000, "lac": 100_000, "lakhs": 100_000,
}  # fmt: skip

_SIGN = r"(?:₹|rs\.?|inr|rupees?|@)"
_DIGITS = r"(?<![\d,])\d[\d,]{0,11}(?:\.\d{1,2})?"
_A_THOUSAND = r"(?<!\w)(?=(?:hazaar|hazar)\b)"
# "Two thousand", and the two of "between two and three thousand".
_SCALED = rf"\s+(?:(?:to|and|se|-)\s+(?:{'|'.join(_UNITS)})\s+)?(?:{'|'.join(_SCALES)})\b"
_NUMBER = rf"(?:{_DIGITS}|\b(?:{'|'.join(_UNITS)})(?={_SCALED})|{_A_THOUSAND})"
_AMOUNT = (
    rf"(?:{_SIGN}\s*)?({_NUMBER})\s*({'|'.join(_SCALES)})?\b"
    rf"(?:\s*/-)?(?:\s*(?:{_SIGN}|bucks?|rupaye|rupay|rupya)\b)?"
)
_NOT_MONEY = (
    r"(?!\s*(?:-|\s)?(?:years?|yrs?|months?|inch|inches|cm|ml|items?|options?|pieces?|days?|pack|%|percent))"
)

_MAX_WORDS = (
    r"under|undr|below|belw|less than|lesser than|within|"
    r"up ?to|upto|max(?:imum)?(?: of)?|at most|not more than|"
    r"no more than|cheaper than|lower than|not above|not over|less|<=?|budget(?: is| of| around)?|"
    r"can spend|spend|not exceeding|inside|beneath|till|until"
)
_MIN_WORDS = (
    r"above|over|more than|at least|min(?:imum)?(?: of)?|starting(?: from| at)?|not less than|"
    r"not below|greater than|higher than|costlier than|>=?|beyond|upwards of|exceeding|onwards from"
)
_ABOUT_WORDS = (
    r"around|(?<!what )(?<!how )about|approx(?:imately)?\.?|near(?:ly)?|roughly|close to|somewhere near|~|"
    r"lagbhag|kareeb|karib|in (?:the|a) range of"
)
_ABOUT_AFTER = (
    r"-?ish|or so|or thereabouts|give or take|odd|approx(?:imately)?|around|range|"
    r"ke (?:aas ?paas|around|kareeb|karib|lagbhag|range)"
)
_MAX_AFTER = (
    r"(?:ke|se|k)\s*(?:andar|kam|niche|neeche|ander|under|below)|tak|mein|me|"
    r"or less|or below|and below|or under|max(?:imum)?|budget"
)
_MIN_AFTER = (
    r"\+|(?:ke|se)\s*(?:zyada|jyada|upar|oopar|uper)|or more|and above|or above|onwards|plus\b|minimum"
)

_RANGE = re.compile(
    rf"(?:\b(?:between|from|range(?: of)?)\s+)?{_AMOUNT}\s*(?:-|–|to|and|se)\s*{_AMOUNT}{_NOT_MONEY}"
    r"(\s*(?:ke beech|tak))?"
)
_BEFORE = re.compile(
    rf"(?:(?<=\s)|^|\b|(?=[<>~]))(?:({_MAX_WORDS})(?:(?<!budget)(?<!spend)\s+(?:around|about))?|({_MIN_WORDS})|{_ABOUT_WORDS})"
    rf"\s*{_AMOUNT}{_NOT_MONEY}"
)
# "Not costing more than 900": the bound the other way round.
_TURNED = re.compile(
    r"\b(?:not|never|no|nothing|none|without|cannot|"
    r"(?:do|does|did|ca|can|wo|should|could|would) ?n?['’]?t)\s+(?:\w+\s+){0,2}$"
)
# "Shirt 499": prices end in 0 or 9, models ("levis 511") seldom do.
_AT_THE_END = re.compile(r"(?<=[a-z])\s+(\d{2,4}[09])[\s?!.]*$")
# What is answered to "what is your budget?".
_ALONE = re.compile(r"^\W*(\d{2,4}[09])(?:\s+(?:only|each|per piece|is fine))?\W*$")
_AFTER = re.compile(rf"{_AMOUNT}\s*({_MAX_AFTER}|{_MIN_AFTER})")
_ISH = re.compile(rf"(?:{_SIGN}\s*)?({_NUMBER})\s*({'|'.join(_SCALES)})?\s*(?:{_ABOUT_AFTER})\b")
_PLAIN = re.compile(
    rf"(?:{_SIGN}\s*({_NUMBER})\s*({'|'.join(_SCALES)})?\b"
    r"|\b(\d[\d,]{0,11})\s*(?:rs\b|inr\b|rupees?\b|bucks\b|/-))"
)

# "I have 5000 rupees": no more than these.
_OWNED = re.compile(
    r"\b(?:i|we)(?: only|['’]ve)?(?: have| got| can spend)*(?: only| just| about| around)?\s*$"
)
_FEW = 5
"""Words of a wish that may end in its price."""
_NO_PRICE_BEFORE = re.compile(r"\b(?:size|number|no|item|option|product|in|of|to|year|code|model)$")
_LEAST = 100
"""INR; a smaller number without a word of money is hardly a price."""
_TOLERANCE = Decimal("0.2")
"""How far "around 2000" reaches, as a share to either side."""


@dataclass(frozen=True)
class PriceRange:
    """Inclusive bounds in INR, and the part of the text that stated them."""

    low: Decimal | None
    high: Decimal | None
    start: int
    end: int
    amount: Decimal | None = None
    """What was said, where nothing tells whether it is a bound: "make it 1500"."""


def _value(number: str, scale: str | None) -> Decimal:
    if not number:  # "hazaar ke andar": a thousand, without a number
        return Decimal(_SCALES[scale or "hazaar"])
    base = Decimal(_UNITS[number]) if number in _UNITS else Decimal(number.replace(",", "").rstrip("."))
    return base * _SCALES[scale] if scale else base


def _about(value: Decimal) -> tuple[Decimal, Decimal]:
    return value * (1 - _TOLERANCE), value * (1 + _TOLERANCE)


def _is_money(match: re.Match[str], low: Decimal, high: Decimal) -> bool:
    """A range without any word of money has to look like prices: "1 and 3" are list numbers."""
    text = match.group()
    stated = re.search(rf"between|from|range|beech|tak|{_SIGN}|\bk\b|thousand|bucks", text) is not None
    return low <= high and (high >= 100 if stated else low >= 100)


def _ranges(text: str) -> Iterator[PriceRange]:
    for match in _RANGE.finditer(text):
        low, high = _value(match[1], match[2] or match[4]), _value(match[3], match[4])
        if low > high or low * 1000 < high:
            low = _value(match[1], match[2])
        if _is_money(match, low, high):
            yield PriceRange(low, high, match.start(), match.end())
    for match in _BEFORE.finditer(text):
        value = _value(match[3], match[4])
        turned = _TURNED.search(text, 0, match.start()) is not None
        if match[1] or (match[2] and turned):
            yield PriceRange(None, value, match.start(), match.end())
        elif match[2]:
            yield PriceRange(value, None, match.start(), match.end())
        elif value >= _LEAST:
            yield PriceRange(*_about(value), match.start(), match.end())
    for match in _AFTER.finditer(text):
        value = _value(match[1], match[2])
        above = re.fullmatch(_MIN_AFTER, match[3]) is not None
        # "Pack of 3 or more", "a 5 plus rating".
        if value < _LEAST and (above or match[3] in {"mein", "me"}):
            continue
        yield PriceRange(value if above else None, None if above else value, match.start(), match.end())
    for match in _ISH.finditer(text):
        if (value := _value(match[1], match[2])) >= _LEAST:
            yield PriceRange(*_about(value), match.start(), match.end())
    for match in _PLAIN.finditer(text):
        value = _value(match[1] or match[3], match[2])
        owned = _OWNED.search(text, 0, match.start()) is not None
        bounds: tuple[Decimal | None, Decimal] = (None, value) if owned else _about(value)
        yield PriceRange(*bounds, match.start(), match.end(), None if owned else value)


def _at_the_end(text: str) -> Iterator[PriceRange]:
    """A number that ends a wish of few words, or stands alone."""
    if alone := _ALONE.match(text):
        value = Decimal(alone[1])
        yield PriceRange(None, value, alone.start(1), alone.end(1), value)
    match = _AT_THE_END.search(text)
    if match and len(text.split()) <= _FEW and not _NO_PRICE_BEFORE.search(text, 0, match.start()):
        value = Decimal(match[1])
        yield PriceRange(*_about(value), match.start(1), match.end(1), value)


def find_price_range(message: str) -> PriceRange | None:
    """What a product may cost, or None. "above 500 and below 900" counts as one range."""
    folded = fold(message)
    found = list(_ranges(folded)) or list(_at_the_end(folded))
    if not found:
        return None
    first = found[0]
    for other in found[1:]:
        if other.start >= first.end:
            if first.low is None and other.low is not None and other.high is None:
                return PriceRange(other.low, first.high, first.start, other.end)
            if first.high is None and other.high is not None and other.low is None:
                return PriceRange(first.low, other.high, first.start, other.end)
    return first
