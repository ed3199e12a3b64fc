"""Well-known makers of whom this shop sells nothing: who asks for one is told so."""

from collections.abc import Iterable, Sequence

from apparel.phrases import Match, Phrases, Word, words
from orchestrator.understanding.brand_names import is_announced, names_a_product
from orchestrator.understanding.known_words import english, own_words
from orchestrator.understanding.vocabulary import load


def makers_not_sold(brands: Iterable[str]) -> Phrases[str]:
    """The makers that no brand of the shop is named after, by their names."""
    sold = [_spelt(words(brand)) for brand in brands]
    keys = {name: _spelt(words(name)) for name in load("makers")["names"]}
    return Phrases(
        (name, name) for name, key in keys.items() if not any(brand[: len(key)] == key for brand in sold)
    )


def find_makers(makers: Phrases[str], text: Sequence[Word]) -> list[Match[str]]:
    """Those that the text means, each written as its name is: Vans, but not "van"."""
    return [
        match
        for match in makers.find(text)
        if _spelt(text[match.first : match.last]) == _spelt(words(match.value))
        and (_is_clear(text, match) or _is_brand(text, match) or names_a_product(text[match.last :]))
    ]


def _is_clear(text: Sequence[Word], match: Match[str]) -> bool:
    """Whether the name is no ordinary word. Who writes two letters in a row means those of H&M."""
    ordinary = own_words() | english()
    said = text[match.first : match.last]
    return "&" in match.value or any(not {word.form, word.spelt} & ordinary for word in said)


def _is_brand(text: Sequence[Word], match: Match[str]) -> bool:
    """ "A bag by Coach", "from Vans"."""
    return is_announced(text, match) or (match.first > 0 and text[match.first - 1].form == "from")


def _spelt(text: Sequence[Word]) -> tuple[str, ...]:
    return tuple(word.spelt for word in text)
