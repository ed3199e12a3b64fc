"""What an LLM wrote, sentence by sentence, before the shopper sees it: a price, brand or product that was not
retrieved does not get through, nor does what looks like a prompt, a link, or a promise nobody can check.

The guard is strict where it can't know: a true sentence lost costs little, because the product lines stand
above it, written by code.
"""

import re
import unicodedata
from collections import Counter
from collections.abc import Sequence

from rapidfuzz import fuzz, process

from apparel.phrases import words
from apparel.product import Product
from apparel.taxonomy import category_phrases
from orchestrator.llm.guard_mentions import Mentions
from orchestrator.llm.guard_names import NameCheck
from orchestrator.llm.guard_numbers import numbers
from orchestrator.llm.guard_prices import PriceCheck
from orchestrator.llm.prompt_text import MARKERS, prompt
from orchestrator.llm.sentences import Sentence, sentences

_LIVE = re.compile(
    r"https?:|www\.|\b[\w-]+\.(?:com|in|net|org|io|co|xyz)\b|[\[\]{}]|<[a-z/!]|```|&#?\w+;|\|", re.I
)
_PROMPT_TALK = re.compile(
    r"\b(?:system prompt|my (?:instructions|prompt|rules)|instructions? (?:say|tell|given)|language model|"
    r"as an ai|i was (?:told|instructed)|the (?:given|provided) (?:products|list|data)|"
    r"products? (?:given|listed) below)\b",
    re.I,
)
_UNCHECKABLE = re.compile(
    r"%\s*off\b|\b(?:discount\w*|on sale|coupons?|cash ?backs?|free (?:shipping|delivery)|deliver(?:y|ed|s)|"
    r"shipping|in stock|out of stock|stocks? (?:left|available)|limited stock|warrant(?:y|ies)|refunds?|"
    r"return policy|emi|best[- ]?sell(?:er|ing)s?|rated|ratings?|reviews?|special offers?|offers? on|"
    r"(?:is|are|absolutely|totally|completely|yours) free(?! of| from| size|[- ]flowing)|for free|"
    r"available in (?:sizes?|all|other|many)|guaranteed?)\b|★|⭐",
    re.I,
)
_OTHER_GOODS = re.compile(
    r"\b(?:we|our (?:shop|store|collection|catalogue|range))(?: also)? "
    r"(?:have|has|carry|carries|stocks?|sells?|features?|includes?)\b|"
    r"\b(?:you (?:can|could|might|may|will|'ll) also (?:find|like|love|check|consider)|also available|"
    r"another (?:option|choice|pick) is|check out (?:our|the))\b",
    re.I,
)
_THINGS = (
    r"(?:options?|products?|picks?|choices?|items?|pieces?|styles?|suggestions?|recommendations?|designs?|"
    r"ideas?|looks?|outfits?|selections?|finds)"
)
_THINGS_SOON = re.compile(rf"\s*(?:\w+\s+){{0,2}}{_THINGS}\b", re.I)
_ALL_OF = re.compile(
    r"\b(?:all|these|those|the|following|above|here are)\s+(?:of\s+)?(?:these|the\s+)?\s*$", re.I
)
_LETTERS = re.compile(r"(?:(?<!\w)\w[\s._-]+){5}")
_SHINGLE = 5
_SAME = 90
"""Per cent of its letters by which a sentence is one of an earlier answer."""


def visible(text: str) -> str:
    """Without characters that can't be seen, which could hide a name from the checks."""
    return "".join(
        char for char in unicodedata.normalize("NFC", text)
        if unicodedata.category(char) not in ("Cf", "Co", "Cn", "Cs") and (char == "\n" or char.isprintable())
    )  # fmt: skip


class Guard:
    """For one answer: keeps what was said so far."""

    def __init__(
        self,
        products: Sequence[Product],
        brands: Sequence[str],
        shopper_text: str = "",
        earlier: str = "",
    ) -> None:
        """`brands`: all of the catalogue. `shopper_text`: the last message, for the budget it states.
        `earlier`: what was answered before, which was about other products."""
        mentions = Mentions(products)
        self._count = len(products)
        amounts = [number.value for number in numbers(_plain(shopper_text)) if number.value is not None]
        facts = " ".join(f"{product.name} {product.brand} {product.description}" for product in products)
        self._prices = PriceCheck(mentions, amounts, facts)
        self._names = NameCheck(products, brands, mentions)
        self._secret = {s for text in (prompt("stylist"), prompt("terms")) for s in _shingles(text)}
        self._said: set[str] = set()
        self._earlier = [_plain(sentence.text).casefold() for sentence in sentences([earlier])]
        self.dropped: Counter[str] = Counter()
        """Reasons, and how many sentences each has cost."""
        self.kept = 0

    def passed(self, sentence: Sentence) -> str | None:
        """The sentence as it may be shown, or None."""
        text = visible(sentence.text)
        checked = _plain(text)
        if not any(char.isalpha() for char in checked):
            return None
        reason = self._reason(checked, sentence.whole)
        if reason is not None:
            self.dropped[reason] += 1
            return None
        self._said.add(checked.casefold())
        self.kept += 1
        return text

    def _reason(self, text: str, whole: bool) -> str | None:
        if not whole:
            return "not a whole sentence"
        said = text.casefold()
        if said in self._said or process.extractOne(
            said, self._earlier, scorer=fuzz.ratio, score_cutoff=_SAME
        ):
            return "said before"
        if text.endswith(":"):
            return "opens a list"  # which would not get through
        if _LIVE.search(text) or MARKERS.search(text):
            return "markup or a link"
        if _LETTERS.search(text):
            return "letters one by one"
        if _PROMPT_TALK.search(text) or not self._secret.isdisjoint(_shingles(text)):
            return "speaks of the prompt"
        if _UNCHECKABLE.search(text) or _OTHER_GOODS.search(text):
            return "a promise that can't be checked"
        if self._wrong_count(text):
            return "a wrong count"
        return self._names.problem(text) or self._prices.problem(text)

    def _wrong_count(self, text: str) -> bool:
        for number in numbers(text):
            if number.value is None or number.money or number.percent:
                continue
            all_of = bool(_ALL_OF.search(text[: number.start]))
            counts = _counts_products(text[number.end :])
            if (all_of or counts) and number.value > self._count:
                return True
            if all_of and counts and number.value != self._count:
                return True
        return False


def _counts_products(following: str) -> bool:
    """Is a number before this text one of products: "six great options", "six shirts"?"""
    return bool(_THINGS_SOON.match(following) or category_phrases().find(words(following[:60])[:2]))


def _plain(text: str) -> str:
    """As the checks read it: one kind of digit, letter width and space, no emphasis."""
    flat = unicodedata.normalize("NFKC", text.replace("\\", "").replace("*", "").replace("_", " "))
    flat = re.sub(r"\b(rs\.?|inr)(?=\d)", r"\1 ", flat, flags=re.IGNORECASE)
    return " ".join(flat.split())


def _shingles(text: str) -> set[str]:
    said = re.findall(r"\w+", text.casefold())
    return {" ".join(said[at : at + _SHINGLE]) for at in range(len(said) - _SHINGLE + 1)}
