"""What the texts of a product say about it: its category, colours and attributes."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from apparel.phrases import Match, Word, words
from apparel.taxonomy import (
    OTHER,
    attribute_phrases,
    categories,
    color_phrases,
    color_shades,
    name_phrases,
)


@dataclass(frozen=True)
class Facts:
    """What the texts of a product say about it."""

    category: str
    apparel: bool
    colors: tuple[str, ...]
    attributes: tuple[str, ...]


def _distinct(matches: list[Match[str]]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(match.value for match in matches))


# What follows one of these in a name is an extra and not the thing itself: "Kurta with Jacket".
_EXTRAS = re.compile(r"\b(?:with|w/)\b|\(|,|(?:&|\band)\s+blouse\b", re.I)
_BEGINNING = 100
"""Characters of a description that tell what the thing is."""
# Descriptions are exported with the line breaks gone: "concealed zip closureGreen solid trousers".
_RUN_TOGETHER = re.compile(r"(?<=[a-z\d])(?=[A-Z][a-z])")


def without_brand(name: str, brand: str) -> str:
    """The name without its leading brand, whose words mean nothing ("Red Tape Men Brown Derbys")."""
    if brand and name.lower().startswith(brand.lower()):
        return name[len(brand) :]
    return name


def _head(text: list[Word]) -> str | None:
    """The last category that the text names."""
    matches = [match for match in name_phrases().find(text) if match.value.default]
    return max(matches, key=lambda match: match.last).value.default if matches else None


def _category_of(name: str, description: str) -> str:
    extras = _EXTRAS.search(name)
    for text in (name[: extras.start()] if extras else name, name, description.split(".")[0][:120]):
        found = _head(words(text))
        if found:
            return found
    return OTHER


def _said_by(match: Match[str], text: Sequence[Word]) -> list[str]:
    """The colour of a phrase and the family it names itself: navy blue is navy, and blue too."""
    inner = [word.form for word in text[match.first : match.last] if word.form in color_shades()]
    return [match.value, *inner]


def _colors_of(name: str, description: str, primary_color: str) -> tuple[str, ...]:
    """The name is trusted before the description's beginning, and that before the colour column,
    which real exports often fill by guess ("Red" for a brown pair of trousers)."""
    for text in (name, description[:60], primary_color):
        spoken = words(text)
        found = color_phrases().find(spoken)
        if found:
            return tuple(dict.fromkeys(color for match in found for color in _said_by(match, spoken)))
    return ()


def _kinds_of(text: str, category: str) -> list[str]:
    return [
        match.value.kind
        for match in name_phrases().find(words(text))
        if match.value.kind and match.value.categories == (category,)
    ]


def classify(name: str, brand: str, description: str, primary_color: str) -> Facts:
    """Category, colours and attributes of a product from its texts."""
    plain_name = without_brand(name, brand)
    plain_description = _RUN_TOGETHER.sub(" ", description)
    category = _category_of(plain_name, plain_description)
    stated = attribute_phrases().find(words(plain_name)) + attribute_phrases().find(words(plain_description))
    # The description begins with the thing too: "Yellow anarkali kurta, has …".
    kinds = [*_kinds_of(plain_name, category), *_kinds_of(plain_description[:_BEGINNING], category)]
    return Facts(
        category=category,
        apparel=category in categories() and categories()[category].wearable,
        colors=_colors_of(plain_name, plain_description, primary_color),
        attributes=tuple(dict.fromkeys([*kinds, *_distinct(stated)])),
    )
