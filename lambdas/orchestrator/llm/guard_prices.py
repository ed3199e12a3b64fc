"""Is every price in a sentence true? Each number that may be one has to be a price of the very product that
the sentence speaks of, so that prices can't be swapped between two products either."""

import re
from collections.abc import Collection
from decimal import Decimal

from orchestrator.llm.guard_mentions import Known, Mentions
from orchestrator.llm.guard_numbers import FOREIGN_MONEY, GLUED, MONEY_WORD, Number, numbers

_SURELY_MONEY = 100
"""A bare number from here on is taken for a price."""
_ABOUT_TOLERANCE = Decimal("0.05")

_MAX = re.compile(
    r"\b(?:under|below|less than|within|up ?to|at most|no more than|not more than|cheaper than|maximum of)"
    r"(?:\s+(?:your|the|a))?(?:\s+budget(?:\s+of)?)?\s*(?:just\s*)?(?:₹|rs\.?|inr)?\s*$",
    re.IGNORECASE,
)
_MIN = re.compile(
    r"\b(?:over|above|more than|at least|upwards? of|no less than)\s*(?:₹|rs\.?|inr)?\s*$", re.IGNORECASE
)
_LOWEST = re.compile(
    r"\b(?:from|start\w*(?: at)?|begin\w*(?: at)?|as low as)\s*(?:just|only)?\s*(?:₹|rs\.?|inr)?\s*$", re.I
)
_ABOUT = re.compile(
    r"(?:\b(?:around|about|approx\w*\.?|roughly|nearly|almost|close to)|~)\s*(?:₹|rs\.?|inr)?\s*$",
    re.IGNORECASE,
)
_CHEAPEST = re.compile(
    r"\b(?:cheapest|lowest|least expensive|most (?:affordable|economical|(?:budget|pocket)[- ]friendly))\b",
    re.I,
)
_DEAREST = re.compile(
    r"\b(?:costliest|priciest|dearest|highest[- ]priced?|most (?:expensive|premium))\b", re.I
)
_CHEAPER = re.compile(
    r"\b(?:cheaper|less expensive|more affordable|costs? less|lower[- ]priced?|priced lower)\s+than\b", re.I
)
_DEARER = re.compile(
    r"\b(?:costlier|pricier|dearer|more expensive|costs? more|higher[- ]priced?|priced higher)\s+than\b", re.I
)
_RELATIVE = re.compile(
    r"\b(?:half|double|twice|thrice|triple|times)\s+(?:of\s+)?(?:(?:the|its|that|as)\s+)?(?:\w+\s+){0,2}?"
    r"(?:price|cost|rate|amount|money|sum|much|expensive|cheap|others?)\b|\bhalf\s+of\s+that\b",
    re.I,
)
_NOTHING = re.compile(r"\b(?:nothing|none|no|not|never|neither|nor|without|hardly)\b|n['’]t\b", re.IGNORECASE)
_FEW = 20
"""Below it a number after "worth" or "cost" may count something: "worth trying in two sizes"."""
_SUM_NEAR = 6
"""What follows "more than" within so many characters is a sum, not a product."""
_COUNTED = re.compile(r"\s+(?!only\b|each\b|per\b|for\b|and\b|or\b|to\b|in\b|is\b|more\b|less\b)[a-z]+", re.I)
_PRONOUN = re.compile(r"\b(?:it|its|this one|that one|this|that)\b", re.IGNORECASE)


class PriceCheck:
    """Reads sentences in order, because "it costs …" means what the sentence before spoke of."""

    def __init__(self, mentions: Mentions, shopper_amounts: Collection[Decimal], texts: str) -> None:
        """`texts`: the products' own names and descriptions, whose numbers ("100% cotton") are no prices."""
        self._mentions = mentions
        self._shopper_amounts = set(shopper_amounts)
        self._texts = " ".join(texts.casefold().split())
        self._subject: list[Known] = []

    def problem(self, sentence: str) -> str | None:
        """What is wrong with the sentence, or None. A good one becomes the context of the next."""
        found = self._problem(sentence)
        if found is None:
            self._subject = self._mentions.last_in(sentence) or self._subject
        return found

    def _problem(self, sentence: str) -> str | None:
        if FOREIGN_MONEY.search(sentence) or _RELATIVE.search(sentence):
            return "money that no product states"
        if any(match.group().casefold() not in self._texts for match in GLUED.finditer(sentence)):
            return "a number glued to letters"
        prices = [number for number in numbers(sentence) if self._may_be_price(number, sentence)]
        for position, number in enumerate(prices):
            start = prices[position - 1].end if position else 0
            end = prices[position + 1].start if position + 1 < len(prices) else len(sentence)
            if not self._true(number, sentence, start, end):
                return "a price that is not this product's"
        if MONEY_WORD.search(sentence) and not any(number.money for number in prices):
            return "money without an amount"
        return self._wrong_comparison(sentence)

    def _may_be_price(self, number: Number, sentence: str) -> bool:
        said = " ".join(sentence[: number.end].casefold().split()[-2:])
        if number.percent or (not number.money and len(said.split()) == 2 and said in self._texts):
            return said.split()[-1].strip("(*") not in self._texts
        if number.value is not None and number.value < _FEW and not number.marked:
            return number.money and not _COUNTED.match(sentence[number.end :])
        return number.value is None or number.money or number.value >= _SURELY_MONEY

    def _true(self, number: Number, sentence: str, start: int, end: int) -> bool:
        before = sentence[: number.start]
        value = number.value
        if value is None or number.percent:
            return False
        meant = self._mentions.last_in(sentence[start : number.start])
        meant = meant or self._mentions.last_in(sentence[number.end : end])
        if not meant and _PRONOUN.search(before):
            meant = self._subject
            if not meant and len(self._mentions.known) > 1:
                return False
        prices = [product.price for product in meant or self._mentions.known]
        if not prices:
            return False
        below, above = _MAX.search(before), _MIN.search(before)
        if _NOTHING.search(before):  # nothing above a sum: all below it
            below, above = above, below
        if below:
            return max(prices) <= value or ("budget" in before.casefold() and value in self._shopper_amounts)
        if above:
            return min(prices) >= value
        if _LOWEST.search(before):
            return value == min(prices)
        if _ABOUT.search(before):
            return any(abs(price - value) <= price * _ABOUT_TOLERANCE for price in prices)
        if "budget" in before.casefold() and value in self._shopper_amounts:
            return True
        return value in prices

    def _wrong_comparison(self, sentence: str) -> str | None:
        prices = [product.price for product in self._mentions.known]
        said = {number.value for number in numbers(sentence)}
        for pattern, extreme in ((_CHEAPEST, min), (_DEAREST, max)):
            if match := pattern.search(sentence):
                before, after = sentence[: match.start()], re.split(r"[,;]", sentence[match.end() :])[0]
                meant = self._mentions.last_in(before) or self._mentions.last_in(after) or self._subject
                # Two of one brand: the one whose price is said, or else either may be meant.
                told = [product for product in meant if product.price in said] or meant
                if not any(product.price == extreme(prices) for product in told):
                    return "not the cheapest or dearest"
        for pattern, sign in ((_CHEAPER, 1), (_DEARER, -1)):
            match = pattern.search(sentence)
            if match and not any(n.start < _SUM_NEAR for n in numbers(sentence[match.end() :])):
                left = self._mentions.last_in(sentence[: match.start()]) or self._subject
                right = self._mentions.last_in(sentence[match.end() :])
                if not left or not right or any(sign * (a.price - b.price) >= 0 for a in left for b in right):
                    return "not cheaper or dearer"
        return None
