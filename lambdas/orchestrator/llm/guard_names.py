"""Does a sentence name a brand or a product that was not retrieved?

One check is not enough (a list of brands misses the misspelt and the invented), so there are four: the
catalogue's and famous brands as written, anything nearly like them, names nobody knows, and names put
together from several products.
"""

import re
from collections.abc import Iterator, Sequence
from functools import cache, lru_cache
from importlib.resources import files

from rapidfuzz import fuzz, process
from spellchecker import SpellChecker

from apparel.phrases import words as vocabulary_words
from apparel.product import Product
from apparel.taxonomy import category_phrases
from orchestrator.llm.guard_mentions import Mentions, plain, words_of

_TOKEN = re.compile(r"[^\W_]+(?:[&'’.@-][^\W_]+)*")
_COMMON = 300
"""How often a word must occur in the spelling dictionary to be everyday English. Below stand names: zara 54,
nike 156; above: breezy 678."""
_NEAR_WORD = 80
_NEAR_PHRASE = 88
_MIN_FUZZY_CHARS = 4
_LATIN_OR_INDIC = re.compile(r"^(?:[\u0000-\u024f\u1e00-\u1eff\u2000-\u206f]+|[\u0900-\u0dff]+)$")


@cache
def _dictionary() -> SpellChecker:
    return SpellChecker()


@cache
def _listed(name: str) -> frozenset[str]:
    text = (files("orchestrator.llm") / "names" / f"{name}.txt").read_text(encoding="utf-8")
    lines = [line for line in text.splitlines() if not line.startswith("#")]
    return frozenset(plain(word) for line in lines for word in line.split())


@cache
def _common(word: str) -> bool:
    """Is it everyday English?"""
    frequency = _dictionary().word_frequency
    return max(int(frequency[word] or 0), int(frequency[plain(word)] or 0)) >= _COMMON


@lru_cache(maxsize=4)
def _brand_pattern(brands: tuple[str, ...]) -> re.Pattern[str]:
    longest_first = sorted((re.escape(brand) for brand in brands if brand.strip()), key=len, reverse=True)
    return re.compile(rf"(?<!\w)(?:{'|'.join(longest_first) or '(?!)'})(?!\w)", re.IGNORECASE)


class NameCheck:
    def __init__(self, products: Sequence[Product], brands: Sequence[str], mentions: Mentions) -> None:
        """`brands`: all of the catalogue, as it writes them."""
        self._mentions = mentions
        self._own = {product.brand.casefold() for product in products}
        self._names = [" ".join(f"{p.brand} {p.name}".casefold().split()) for p in products]
        self._descriptions = [frozenset(words_of(p.description)) for p in products]
        self._own_words = frozenset().union(*(known.words for known in mentions.known))
        self._spelling = {brand.casefold(): brand for brand in brands}
        self._pattern = _brand_pattern(tuple(brands))
        self._near = list({*self._spelling, *self._own, *(w for w in _listed("famous_brands"))})

    def problem(self, sentence: str) -> str | None:
        """What is wrong with the sentence, or None."""
        tokens = list(_TOKEN.finditer(sentence))
        if any(not _LATIN_OR_INDIC.match(token.group()) for token in tokens):
            return "letters of mixed or unexpected alphabets"
        if any(self._foreign_brand(match, sentence) for match in self._pattern.finditer(sentence)):
            return "a brand that was not retrieved"
        if any(self._near_a_brand(phrase) for phrase in _phrases(tokens)):
            return "nearly a brand"
        for run in _capitalised_runs(tokens, sentence):
            if not self._may_be_written(run, sentence):
                return "a name that nobody knows"
        return self._brand_with_foreign_kind(sentence)

    def _foreign_brand(self, match: re.Match[str], sentence: str) -> bool:
        written, brand = match.group(), match.group().casefold()
        if brand in self._own or any(_holds(name, brand) for name in self._names):
            return False
        if " " in brand or not _common(brand):
            return not self._own_words >= set(words_of(written))
        # An everyday word (even, people, W): a brand only if it is written like one.
        official = self._spelling[brand]
        if re.search(r"\b(?:by|from|brand)\s+$", sentence[: match.start()], re.IGNORECASE):
            return written == official
        like_a_name = any(char.isupper() for char in official) and written == official
        shouted = len(official) > 1 and official.isupper()
        return like_a_name and (shouted or not _begins(sentence, match.start()))

    def _near_a_brand(self, phrase: str) -> bool:
        """Is the phrase a misspelt brand, retrieved or not?"""
        bare = re.sub(r"['’]s?$", "", phrase.casefold())
        words = bare.split()
        if len(bare) < _MIN_FUZZY_CHARS or bare in self._own:
            return False
        if all(_common(word) or plain(word) in self._own_words | _listed("plain_names") for word in words):
            return False
        if any(_holds(name, bare) for name in self._names):
            return False
        if len(words) == 1 and bare in _listed("famous_brands"):
            return True
        near = process.extractOne(
            bare, self._near, scorer=fuzz.ratio,
            score_cutoff=_NEAR_WORD if len(words) == 1 else _NEAR_PHRASE,
        )  # fmt: skip
        return near is not None and len(near[0].split()) == len(words)

    def _may_be_written(self, run: list[re.Match[str]], sentence: str) -> bool:
        """Words with capitals that stand together: plain names, or words of one and the same product."""
        rest = []
        for token in run:
            word = plain(token.group())
            if word in _listed("plain_names") or token.group().isdecimal():
                continue
            if _begins(sentence, token.start()) and (
                _common(token.group().lower()) or word in self._own_words or not token.group().isascii()
            ):
                continue
            rest.append(word)
        if not rest:
            return True
        parts = {part for word in rest for part in (word, *words_of(word.replace("-", " ")))}
        wanted = {word for word in rest if word not in self._own_words}
        if wanted:  # "Navy-Blue" is known by its parts
            wanted = {part for part in parts if part not in self._own_words and "-" not in part}
        bags = zip(self._mentions.known, self._descriptions, strict=True)
        return not wanted and any(
            all(word in known.words or word in described or "-" in word for word in rest)
            for known, described in bags
        )

    def _brand_with_foreign_kind(self, sentence: str) -> str | None:
        """ "The Roadster kurta" or "the Roadster pink shirt", where Roadster made a blue shirt."""
        explicit = [(end, meant) for end, meant in self._mentions.explicit(sentence) if meant]
        for end, meant in explicit:
            following = vocabulary_words(re.split(r"[,;:.!?()–—]| and | with | or ", sentence[end:])[0])[:6]
            kinds = category_phrases().find(following)
            if not kinds or kinds[0].first > 3:
                continue
            said = {plain(word.form) for word in following[: kinds[0].last]}
            if not said <= self._own_words:  # words in between: only the kind surely belongs to the brand
                said = {plain(word.form) for word in following[kinds[0].first : kinds[0].last]}
            if not any(said <= known.words | self._descriptions[known.index] for known in meant):
                return "a product that was not retrieved"
        return None


def _holds(text: str, part: str) -> bool:
    return re.search(rf"(?<!\w){re.escape(part)}(?!\w)", text) is not None


def _begins(sentence: str, position: int) -> bool:
    """Does the sentence, or what follows a colon or an opening quote, begin here?"""
    before = sentence[:position].rstrip(" \t\n\"'“‘(*_")
    return not before or before[-1] in ":.!?…।"


def _phrases(tokens: list[re.Match[str]]) -> Iterator[str]:
    words = [token.group() for token in tokens]
    for length in (1, 2, 3):
        for start in range(len(words) - length + 1):
            yield " ".join(words[start : start + length])


def _capitalised_runs(tokens: list[re.Match[str]], sentence: str) -> Iterator[list[re.Match[str]]]:
    run: list[re.Match[str]] = []
    for token in tokens:
        between = sentence[run[-1].end() : token.start()] if run else ""
        named = any(char.isupper() for char in token.group())
        if run and (not named or between.strip(" &*_")):
            yield run
            run = []
        if named:
            run.append(token)
    if run:
        yield run
