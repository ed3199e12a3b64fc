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

from apparel.phrases import words as vocabulary_words
from apparel.product import Product
from apparel.taxonomy import category_phrases
from orchestrator.llm.guard_devanagari import DevanagariBrands
from orchestrator.llm.guard_language import frequency, listed, problem_of_language
from orchestrator.llm.guard_mentions import Mentions, plain, words_of

_TOKEN = re.compile(r"[^\W_]+(?:[&'’.@-][^\W_]+)*")
_COMMON = 300
"""How often a word must occur in the spelling dictionary to be everyday English. Below stand names: zara 54,
nike 156; above: breezy 678."""
_NEAR_WORD = 80
_NEAR_PHRASE = 88
_MIN_FUZZY_CHARS = 4
_PROPER = 5_000
"""A famous brand that is no more frequent than this is no other word (fossil 4322), but for these."""
_ALSO_WORDS = frozenset(
    """vogue lovable safari peter england converse woodland opium snitch metro lux melange accessorize catwalk
    paragon lingo zodiac octave diesel michael monte tokyo""".split()
)
_COMMENDS = re.compile(r"\b(?:consider|choose|opt for|pick|recommend|suggest|go for|buy)\b", re.IGNORECASE)
_WORN_WITH = re.compile(
    r"\b(?:with|to match|alongside|under|over|instead of|rather than)\b|[.;:!?]", re.IGNORECASE
)
_LINE = re.compile(r"\s+(?:\w+\s+){0,2}(?:line|collection|range|label|store|shop|stuff)\b", re.IGNORECASE)
_DOES = r"(?:has|have|had|makes?|made|offers?|does|also|is known|would be my|sells?|and|aur|or|ya|ka|ki|ke)"


@cache
def _famous_phrases() -> re.Pattern[str]:
    text = (files("orchestrator.llm") / "names" / "famous_phrases.txt").read_text(encoding="utf-8")
    lines = [line for line in text.splitlines() if not line.startswith("#")]
    written = [
        r"[\s-]+".join("(?:&|and)" if word == "&" else re.escape(word) for word in line.split())
        for line in lines
    ]
    return re.compile(rf"(?<!\w)(?:{'|'.join(written)})(?!\w)", re.IGNORECASE)


def _common(word: str) -> bool:
    """Is it everyday English?"""
    return frequency(word) >= _COMMON


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
        self._known_words = self._own_words | listed("plain_names") | listed("hinglish")
        self._spelling = {brand.casefold(): brand for brand in brands}
        self._pattern = _brand_pattern(tuple(brands))
        self._near = list({*self._spelling, *self._own, *(w for w in listed("famous_brands"))})
        self._devanagari = DevanagariBrands(brands, listed("famous_brands"), self._own)

    def problem(self, sentence: str) -> str | None:
        """What is wrong with the sentence, or None."""
        tokens = list(_TOKEN.finditer(sentence))
        if unread := problem_of_language(sentence, self._own_words):
            return unread
        if any(self._foreign_brand(match, sentence) for match in self._pattern.finditer(sentence)):
            return "a brand that was not retrieved"
        if self._famous(tokens, sentence) or self._devanagari.named_in(sentence):
            return "a brand that was not retrieved"
        if any(self._near_a_brand(phrase) for phrase in _phrases(tokens)):
            return "nearly a brand"
        for run in _capitalised_runs(tokens, sentence):
            if not self._may_be_written(run, sentence):
                return "a name that nobody knows"
        if self._commends_a_foreign_kind(sentence):
            return "a product that was not retrieved"
        return self._brand_with_foreign_kind(sentence)

    def _commends_a_foreign_kind(self, sentence: str) -> bool:
        """ "Consider a red sherwani", where there is none. What is worn with a product may be anything."""
        for match in _COMMENDS.finditer(sentence):
            commended = vocabulary_words(_WORN_WITH.split(sentence[match.end() :])[0])
            for kind in category_phrases().find(commended):
                said = {plain(word.spelt) for word in commended[kind.first : kind.last]}
                if said.isdisjoint(_parts(self._own_words)):
                    return True
        return False

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
        if len(official) > 2 and written.isupper() and not sentence.isupper():
            return True
        makes = re.match(
            r"\s+(?:makes?|offers?|does|has|sells?|would be my)\b", sentence[match.end() :], re.IGNORECASE
        )
        return like_a_name and bool(shouted or makes or not _begins(sentence, match.start()))

    def _famous(self, tokens: list[re.Match[str]], sentence: str) -> bool:
        """A brand of everyday words: of several, before a kind of product, or at the beginning of the
        sentence, where any word has a capital."""
        if any(not self._is_shown(match.group()) for match in _famous_phrases().finditer(sentence)):
            return True
        proper = {word for word in words_of(sentence) if _is_proper(word)} - self._own_words
        if any(not self._is_shown(word) for word in proper):
            return True
        said = vocabulary_words(sentence)
        before_kinds = {said[found.first - 1].spelt for found in category_phrases().find(said) if found.first}
        if (before_kinds & listed("famous_brands")) - self._own_words - listed("plain_names"):
            return True
        for token in tokens:
            written = token.group()
            if not written[0].isupper() or not _begins(sentence, token.start()):
                continue
            owned = bool(re.search(r"['’]s?$", written)) and plain(written) not in listed("plain_names")
            if owned and _LINE.match(sentence[token.end() :]) and not self._is_shown(written[:-2]):
                return True
            does = re.match(rf"\s+(?:{_DOES})\b", sentence[token.end() :], re.IGNORECASE)
            named = plain(written) in listed("famous_brands") and (owned or does)
            partner = re.match(r"\s+(?:and|aur|or|ya|&)\s+(.*)", sentence[token.end() :])
            beside = partner and any(partner[1].casefold().startswith(brand) for brand in self._own if brand)
            if (named or beside) and not self._is_shown(re.sub(r"['’]s?$", "", written)):
                return True
        return False

    def _is_shown(self, written: str) -> bool:
        """Is it, or is it part of, a brand or name among the products?"""
        bare = written.casefold()
        return any(_holds(text, bare) for text in (*self._own, *self._names))

    def _near_a_brand(self, phrase: str) -> bool:
        """Is the phrase a misspelt brand, retrieved or not?"""
        bare = re.sub(r"['’]s?$", "", phrase.casefold())
        words = bare.split()
        if len(bare) < _MIN_FUZZY_CHARS or bare in self._own:
            return False
        if all(_common(word) or plain(word) in self._known_words for word in words):
            return False
        if any(_holds(name, bare) for name in self._names):
            return False
        if len(words) == 1 and bare in listed("famous_brands"):
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
            if word in listed("plain_names") or token.group().isdecimal():
                continue
            shouted = len(word) > 2 and token.group().isupper() and not sentence.isupper()
            if (
                _begins(sentence, token.start())
                and not shouted
                and (
                    all(_common(part) for part in token.group().lower().split("-"))
                    or word in self._own_words | listed("hinglish")
                    or not token.group().isascii()
                )
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
            said = {plain(word.spelt) for word in following[: kinds[0].last]}
            if not said <= self._own_words:  # words in between: only the kind surely belongs to the brand
                said = {plain(word.spelt) for word in following[kinds[0].first : kinds[0].last]}
            if not any(said <= _parts(known.words | self._descriptions[known.index]) for known in meant):
                return "a product that was not retrieved"
        return None


def _parts(words: frozenset[str]) -> frozenset[str]:
    """The words, and what hyphens part in them: "t-shirt" is also "t" and "shirt"."""
    return words.union(*(word.split("-") for word in words))


def _is_proper(word: str) -> bool:
    return word in listed("famous_brands") and word not in _ALSO_WORDS and frequency(word) < _PROPER


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
