"""The names of this shop's brands as people write them, and whether a message means one."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from apparel.phrases import Match, Word, words
from apparel.taxonomy import category_phrases
from orchestrator.understanding.known_words import english, own_words, product_words
from orchestrator.understanding.vocabulary import stop_words

_FEW = 3
"""Words of a message that may be about a brand alone."""
_MANY_BRANDS = 6
_LONG_NAME = 6
"""Letters of a name that nobody writes by chance."""
_ANNOUNCING = frozenset({"by", "brand"})
_LISTED = 4
"""Words back to the "by" of two brands."""
_PLURALS = {"woman": "women", "man": "men"}
# Before an ordinary noun, not before a brand: "for campus", "to the metro".
_PREPOSITIONS = frozenset({"for", "to", "at", "in", "on", "into"})
_DETERMINERS = frozenset({"the", "a", "an", "my", "this", "that"})
# No noun follows these but a brand's name is one of them: "often t-shirts".
_ADVERBS = frozenset({"often", "always", "never", "usually", "sometimes", "rarely", "seldom", "ever"})
_ASKING = frozenset({"show", "me", "any", "some", "want", "need", "find", "for", "see", "buy", "have", "the"})


@dataclass(frozen=True)
class Brand:
    """Brands that a phrase may mean, and how sure the phrase is."""

    names: tuple[str, ...]
    clarity: Literal["sure", "likely", "announced"]
    """`likely`: also an English word ("puma"); `announced`: also a word of every wish ("only", "W")."""


def brand_entries(brands: Iterable[str]) -> Iterable[tuple[str, Brand]]:
    """Each brand under its full name, and under its first word or two ("tommy", "us polo") where these
    mean nothing else and lead to few brands."""
    forms = {brand: tuple(word.form for word in words(brand)) for brand in brands}
    full: dict[tuple[str, ...], list[str]] = {}
    for brand, key in forms.items():
        full.setdefault(key, []).append(brand)
    for key, names in full.items():
        yield from _written(key, names)
        for name in names:
            if "&" in name:
                said = name.replace("&", " and ")
                yield said, Brand(tuple(names), _clarity(tuple(word.form for word in words(said))))
    for key, names in _short_names(forms).items():
        if key not in full:
            yield from _written(key, names)


def _written(key: tuple[str, ...], names: Sequence[str]) -> Iterable[tuple[str, Brand]]:
    """A name as people write it too: "vanheusen" where that is no other word, "van heusen women"."""
    spelt = [word.spelt for word in words(names[0])][: len(key)]
    for last in dict.fromkeys([spelt[-1], _PLURALS.get(spelt[-1], spelt[-1])]):
        yield " ".join([*spelt[:-1], last]), Brand(tuple(names), _clarity(key))
        apart = last if last in {*_PLURALS, *_PLURALS.values()} else ""
        joined = "".join(spelt[:-1] if apart else spelt)
        if len(spelt) > 1 and len(joined) >= _LONG_NAME and joined not in own_words() | english():
            yield f"{joined} {apart}", Brand(tuple(names), "sure")


def _short_names(forms: dict[str, tuple[str, ...]]) -> dict[tuple[str, ...], list[str]]:
    short: dict[tuple[str, ...], list[str]] = {}
    for brand, key in forms.items():
        for length in (1, 2):
            if key[min(length, len(key)) - 1] in stop_words():
                continue  # "kurti by" is no brand
            stands = _is_name(brand, key[:length])
            if len(key) > length and stands and _clarity(key[:length]) != "announced":
                short.setdefault(key[:length], []).append(brand)
    return {key: names for key, names in short.items() if len(names) <= _MANY_BRANDS}


def _is_name(brand: str, key: tuple[str, ...]) -> bool:
    """Whether the first words of a brand may stand for it: of three letters only capitals, as in HRX."""
    letters = "".join(key)
    return len(letters) > 3 or (len(letters) == 3 and brand[:3].isupper() and letters not in english())


def _clarity(key: tuple[str, ...]) -> Literal["sure", "likely", "announced"]:
    if all(form in product_words() for form in key) or len("".join(key)) < 3:
        return "announced"
    if len(key) == 1 and key[0] in stop_words():
        return "announced"
    if len(key) == 2 and all(form in stop_words() for form in key):
        return "announced"
    if len(key) == 1 and (key[0] in own_words() or key[0] in english()):
        return "likely"
    return "sure"


def is_meant(message: str, text: Sequence[Word], match: Match[Brand]) -> bool:
    if match.value.clarity == "sure" or is_announced(text, match):
        return True
    if match.first == 0 and match.last == len(text):
        # Nothing but the name: "Being Human" or "Puma", though neither "yellow jeans" nor "campus".
        named = len(text) > 1 or (match.value.clarity == "likely" and text[0].form not in own_words())
        return named and not category_phrases().find(text)
    written = message[text[match.first].start : text[match.last - 1].end]
    as_written = written in match.value.names and written[:1].isupper() and not message.isupper()
    if "&" in written and written.casefold() in {name.casefold() for name in match.value.names}:
        return True
    if as_written and (written.isupper() or match.first or names_a_product(text[match.last :])):
        return True
    earlier = text[match.first - 1].form if match.first else "show"
    if text[match.first].form in _ADVERBS and earlier in _ASKING and names_a_product(text[match.last :]):
        return True
    if _is_common_noun(text, match) or _is_determined(text, match):
        return False
    before = [word.form for word in text[: match.first] if word.form not in _DETERMINERS]
    return match.value.clarity == "likely" and not (before and before[-1] in _PREPOSITIONS)


def _is_common_noun(text: Sequence[Word], match: Match[Brand]) -> bool:
    """Whether a word that begins some brand's name is meant as a word: "my house", "a bedtime story"."""
    short = all(len(words(name)) > match.last - match.first for name in match.value.names)
    return short and len(text) > _FEW and not category_phrases().find(text)


def _is_determined(text: Sequence[Word], match: Match[Brand]) -> bool:
    """Whether a word that begins some brand's name stands alone behind an article: "the difference between
    jeggings and leggings", but not "a campus shoe"."""
    short = all(len(words(name)) > match.last - match.first for name in match.value.names)
    article = match.first > 0 and text[match.first - 1].form in _DETERMINERS
    return short and article and not names_a_product(text[match.last :])


def names_a_product(text: Sequence[Word]) -> bool:
    """Whether the text begins with a kind of product."""
    found = category_phrases().find(text[:3])
    return bool(found) and found[0].first == 0


def is_announced(text: Sequence[Word], match: Match[Any]) -> bool:
    """Whether the text says that it is a brand: "by W", "brand AND", "by Puma or W"."""
    before = [word.form for word in text[max(0, match.first - _LISTED) : match.first]]
    after = text[match.last].form if match.last < len(text) else ""
    listed = before[-1:] in (["or"], ["and"]) and _ANNOUNCING & {*before}
    return bool(_ANNOUNCING & {*before[-1:]} or listed) or after == "brand"
