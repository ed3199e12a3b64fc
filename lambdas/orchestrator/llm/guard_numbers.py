"""Every number in a sentence of an LLM, in whatever notation: "Rs. 1,299/-", "1.3k", "₹१२९९", "twelve
ninety-nine", "a thousand rupees". Stricter than `prices`, which reads what shoppers want to spend: here a
notation that is not read is a lie that gets through."""

import re
from dataclasses import dataclass
from decimal import Decimal

_SMALL = {
    word: value
    for value, word in enumerate(
        [
            "zero",
            "one",
            "two",
            "three",
            "four",
            "five",
            "six",
            "seven",
            "eight",
            "nine",
            "ten",
            "eleven",
            "twelve",
            "thirteen",
            "fourteen",
            "fifteen",
            "sixteen",
            "seventeen",
            "eighteen",
            "nineteen",
        ]
    )
}
_TENS = {
    word: value
    for value, word in zip(
        range(20, 100, 10),
        ["twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"],
        strict=True,
    )
}
_SCALES = {
    "hundred": 100, "hundreds": 100, "sau": 100, "thousand": 1_000, "thousands": 1_000, "grand": 1_000,
    "dozen": 12, "dozens": 12, "k": 1_000, "hazar": 1_000, "hazaar": 1_000, "lakh": 100_000, "lac": 100_000,
    "lakhs": 100_000,
}  # fmt: skip
_SCALE = "|".join(_SCALES)
_WORDS = "|".join([*_SMALL, *_TENS])

_DIGITS = re.compile(
    rf"(?<![\w.,])(?P<number>\d{{1,3}}(?:[ \u00a0\u202f]\d{{3}})+(?!\d)|\d[\d,'’]*(?:\.\d+)?)"
    rf"(?:\s?(?P<scale>{_SCALE})\b)?(?P<percent>\s?%|\s?percent\b)?",
    re.IGNORECASE,
)
_SPELLED = re.compile(
    rf"\b(?:(?:{_WORDS}|{_SCALE}|a(?=[\s-](?:{_SCALE})\b))(?:[\s-]+(?:and[\s-]+)?(?={_WORDS}|{_SCALE}))?)+\b",
    re.IGNORECASE,
)
_INR_BEFORE = re.compile(r"(?:₹|\brs\b\.?|\binr\b|\brupees?\b)\s*:?\s*$", re.IGNORECASE)
_HINDI = r"रुप(?:ये|ए|या|यों)|र[ुू](?![\u0900-\u097f])|पैसे"
_INR_AFTER = re.compile(
    rf"\s*(?:/-|/=|₹|rs\b|inr\b|rupees?\b|rupaye?\b|rupya\b|bucks?\b|{_HINDI})", re.IGNORECASE
)
_CUE = re.compile(
    r"\b(?:cost\w*|pric\w*|pay\w*|worth|spend\w*|mrp|charg\w*|tag|sells?|going)\b", re.IGNORECASE
)
_CUE_REACH = 30

FOREIGN_MONEY = re.compile(
    r"[$€£¥₩₽]|\b(?:usd|eur|gbp|aed|dollars?|euros?|pounds?|dirhams?|yen)\b", re.IGNORECASE
)
MONEY_WORD = re.compile(rf"₹|\brs\b\.?|\binr\b|\brup(?:ees?|aye?|ya)\b|\bbucks?\b|/-|{_HINDI}", re.IGNORECASE)
# Digits glued to letters, as in "1O99"; not "2nd", "90s", "3x", "24x7".
GLUED = re.compile(
    r"\b(?=\w*\d)(?=\w*[^\W\d_])(?!\d+(?:st|nd|rd|th|s|x|k|xl)\b)(?!\d+x\d+\b)\w+\b", re.IGNORECASE
)


@dataclass(frozen=True)
class Number:
    value: Decimal | None
    """None: it is written in a way that can't be read."""
    start: int
    end: int
    money: bool
    """Said to be money: by a currency, or by a word such as "costs" shortly before."""
    marked: bool = False
    """By a currency."""
    percent: bool = False


def numbers(text: str) -> list[Number]:
    """All numbers of a sentence in order, spelled ones too."""
    found = [
        _number(text, _digits_value(match), match.start(), match.end(), percent=bool(match["percent"]))
        for match in _DIGITS.finditer(text)
    ]
    taken = {position for number in found for position in range(number.start, number.end)}
    found += [
        _number(text, _spelled_value(match.group()), match.start(), match.end())
        for match in _SPELLED.finditer(text)
        if match.start() not in taken
    ]
    return sorted(found, key=lambda number: number.start)


def _number(text: str, value: Decimal | None, start: int, end: int, percent: bool = False) -> Number:
    before, after = text[:start], text[end:]
    marked = bool(_INR_BEFORE.search(before) or _INR_AFTER.match(after))
    money = marked or bool(_CUE.search(before[-_CUE_REACH:]))
    return Number(value, start, end, money, marked, percent)


def _digits_value(match: re.Match[str]) -> Decimal | None:
    bare = re.sub(r"[^\d.]", "", match["number"])
    scale = _SCALES[match["scale"].lower()] if match["scale"] else 1
    return Decimal(bare) * scale if bare.replace(".", "", 1).isdecimal() else None


def _spelled_value(text: str) -> Decimal | None:
    """ "one thousand two hundred" is 1200, "twelve ninety-nine" 1299, "two fifty" 250."""
    total = group = 0
    scaled = False
    for word in re.split(r"[\s-]+", text.lower()):
        if word in _SCALES:
            scale = _SCALES[word]
            many = max(group, 1) * scale
            total, group = (total + many, 0) if scale > 100 else (total, many)
            scaled = True
        elif word in _SMALL or word in _TENS:
            value = _SMALL.get(word, _TENS.get(word, 0))
            fits = (value < 10 and group % 100 >= 20 and group % 10 == 0) or group % 100 == 0
            group = group + value if fits else group * 100 + value
    return Decimal(total + group) if scaled or total + group else None
