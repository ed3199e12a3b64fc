"""Well-known makers of whom this shop sells nothing: who asks for one is told so."""

import re
from collections.abc import Iterable, Sequence

from apparel.phrases import Match, Phrases, Word, words
from apparel.taxonomy import category_phrases
from orchestrator.understanding.brand_names import is_announced, names_a_product
from orchestrator.understanding.known_words import english, own_words
from orchestrator.understanding.vocabulary import load

_JOINED = frozenset({"or", "and", "ya", "aur"})


def makers_not_sold(brands: Iterable[str]) -> Phrases[str]:
    """The makers in whose name no brand of the shop is, however it is written, by their names."""
    sold = [_plain(brand) for brand in brands]
    joined = {brand.replace(" ", "") for brand in sold}
    return Phrases(
        (name, name)
        for name in load("makers")["names"]
        if _plain(name).replace(" ", "") not in joined
        and not any(f" {_plain(name)} " in f" {brand} " for brand in sold)
    )


def _plain(name: str) -> str:
    """ "Levi's" and "The North Face" in letters alone: `levis`, `the north face`."""
    return " ".join(word.spelt for word in words(re.sub("['’]", "", name)))


def find_makers(makers: Phrases[str], text: Sequence[Word]) -> list[Match[str]]:
    """Those that the text means, each written as its name is: Vans, but not "van"."""
    return [
        match
        for match in makers.find(text)
        if _spelt(text[match.first : match.last]) == _spelt(words(match.value))
        and (_is_clear(text, match) or _is_brand(text, match) or _is_before_product(text, match))
    ]


def _is_clear(text: Sequence[Word], match: Match[str]) -> bool:
    """Whether the name is no ordinary word. Who writes two letters in a row means those of H&M."""
    said = {form for word in text[match.first : match.last] for form in (word.form, word.spelt)}
    return "&" in match.value or not said <= own_words() | english()


def _is_brand(text: Sequence[Word], match: Match[str]) -> bool:
    """ "A bag by Coach", "from Vans", "a watch like Rolex"."""
    before = [word.form for word in text[max(0, match.first - 2) : match.first]]
    like = before[-1:] == ["like"] or before == ["similar", "to"]
    return is_announced(text, match) or before[-1:] == ["from"] or (like and _names_product(text))


def _is_before_product(text: Sequence[Word], match: Match[str]) -> bool:
    """ "Coach bags", "fossil or titan watches"."""
    joined = match.last < len(text) and text[match.last].form in _JOINED
    return names_a_product(text[match.last :]) or (joined and names_a_product(text[match.last + 2 :]))


def _names_product(text: Sequence[Word]) -> bool:
    return bool(category_phrases().find(text))


def _spelt(text: Sequence[Word]) -> tuple[str, ...]:
    return tuple(word.spelt for word in text)
