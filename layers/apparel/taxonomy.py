"""What the words of a product or a wish mean: categories, colours and attributes.

The same phrases classify a product when it is loaded and read a shopper's wish, so both speak one language.
The vocabulary is data, in `vocabulary/*.toml`; none of it names a brand or a product of any shop.
"""

import hashlib
import re
import tomllib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

from apparel.phrases import Match, Phrases, Word, words

_VOCABULARY = files("apparel") / "vocabulary"
_FILES = ("categories.toml", "colors.toml", "attributes.toml")
OTHER = "other"


def load_vocabulary(name: str) -> dict[str, Any]:
    """One TOML file of the vocabulary folder."""
    return tomllib.loads((_VOCABULARY / name).read_text(encoding="utf-8"))


def _version() -> str:
    digest = hashlib.sha256()
    for path in (*(_VOCABULARY / name for name in _FILES), files("apparel") / "taxonomy.py"):
        digest.update(path.read_bytes())
    return digest.hexdigest()[:16]


TAXONOMY_VERSION = _version()
"""Changes whenever products would have to be classified again."""


@dataclass(frozen=True)
class CategoryWord:
    """What a category phrase says: the categories meant, the sub-type if it names one, and for a word of
    several categories the one it stands for in a product's name (None: it says nothing there)."""

    categories: tuple[str, ...]
    kind: str | None = None
    default: str | None = None


@dataclass(frozen=True)
class Category:
    """One kind of product. `label` is its name to a shopper, in the plural."""

    id: str
    label: str
    wearable: bool
    worn_by: tuple[str, ...]
    """Groups of people (women, girls, men, boys) who mostly wear it; empty for anybody."""

    def suits(self, people: Iterable[str]) -> bool:
        """Whether it is likely to be meant for one of these people."""
        return self.wearable and (not self.worn_by or bool(set(people) & {*self.worn_by, "kids", "unisex"}))


@dataclass(frozen=True)
class Facts:
    """What the texts of a product say about it."""

    category: str
    apparel: bool
    colors: tuple[str, ...]
    attributes: tuple[str, ...]


@cache
def categories() -> Mapping[str, Category]:
    """All categories by id."""
    return {
        key: Category(key, entry["label"], entry.get("wearable", True), tuple(entry.get("worn_by", ())))
        for key, entry in load_vocabulary("categories.toml").items()
        if not key.startswith("_")
    }


@cache
def _also() -> Mapping[str, Mapping[str, Sequence[str]]]:
    also: dict[str, dict[str, list[str]]] = load_vocabulary("categories.toml")["_also"]
    return also


@cache
def _groups() -> Mapping[str, Sequence[str]]:
    groups = load_vocabulary("categories.toml")["_groups"]
    return {name: group["categories"] for name, group in groups.items()}


@cache
def _denied_together() -> Mapping[str, Sequence[str]]:
    denied: dict[str, list[str]] = load_vocabulary("attributes.toml")["_denies"]
    return denied


def meant_by(wanted: Iterable[str], people: Iterable[str]) -> tuple[str, ...]:
    """The categories that are meant when these people ask for them: a suit for women is also a kurta set."""
    also = _also()
    more = [other for group in people for name in wanted for other in also.get(group, {}).get(name, ())]
    return tuple(dict.fromkeys([*wanted, *more]))


def label(category: str) -> str:
    """The plural a shopper knows a category by."""
    known = categories().get(category)
    return known.label if known else "other things"


def group_of(wanted: Iterable[str]) -> str | None:
    """The everyday name of the smallest group that holds all these categories: "shoes"."""
    holding = [(len(group), name) for name, group in _groups().items() if set(wanted) <= set(group)]
    return min(holding)[1].replace("_", " ") if holding else None


def _category_entries(*, in_names: bool) -> Iterator[tuple[str, CategoryWord]]:
    data = load_vocabulary("categories.toml")
    data.pop("_also")
    for group in data.pop("_groups").values():
        for word in group["words"]:
            yield word, CategoryWord(tuple(group["categories"]), default=group.get("default"))
    for key, entry in data.items():
        if in_names:
            yield from ((word, CategoryWord((key,), default=key)) for word in entry.get("in_names", ()))
        kind_words = {word for kind in entry.get("kinds", {}).values() for word in kind}
        for word in entry["words"]:
            if word not in kind_words:
                yield word, CategoryWord((key,), default=key)
        for kind, kind_phrases in entry.get("kinds", {}).items():
            for word in kind_phrases:
                yield word, CategoryWord((key,), kind, default=key)


@cache
def category_phrases() -> Phrases[CategoryWord]:
    """Phrases by which people ask for a category, a sub-type of one, or several categories at once."""
    return Phrases(_category_entries(in_names=False))


@cache
def _name_phrases() -> Phrases[CategoryWord]:
    """The same and more: what they mean in the name of a product."""
    return Phrases(_category_entries(in_names=True))


@cache
def color_phrases() -> Phrases[str]:
    """Phrases that name a colour; the value is the plain colour word."""
    data = load_vocabulary("colors.toml")
    spellings, _ = data.pop("_spellings"), data.pop("_kin")
    entries = [(word, color) for color, entry in data.items() for word in (color, *entry["words"])]
    shades = {shade for entry in data.values() for shade in entry["shades"]}
    entries += [(word, shade) for shade in shades for word in (shade, *spellings.get(shade, ()))]
    return Phrases(dict.fromkeys(entries))


@cache
def _shades() -> Mapping[str, tuple[str, ...]]:
    return {
        color: tuple(entry["shades"])
        for color, entry in load_vocabulary("colors.toml").items()
        if not color.startswith("_")
    }


@cache
def _kin() -> Mapping[str, Sequence[str]]:
    kin: dict[str, list[str]] = load_vocabulary("colors.toml")["_kin"]
    return kin


def color_kin(color: str) -> tuple[str, ...]:
    """Shades that pass for this colour, without the colour itself: blue has navy and teal, navy none, wine
    burgundy."""
    return (*_shades().get(color, ()), *_kin().get(color, ()))


def color_families(color: str) -> tuple[str, ...]:
    """The families that a shade belongs to: teal is a blue and a green, blue itself is none."""
    return tuple(family for family, shades in _shades().items() if color in shades)


@cache
def attribute_phrases() -> Phrases[str]:
    """Phrases that state an attribute; the value is the attribute's id."""
    groups = (group for name, group in load_vocabulary("attributes.toml").items() if name[0] != "_")
    return Phrases((word, key) for group in groups for key, phrases in group.items() for word in phrases)


def denied_with(attribute: str) -> tuple[str, ...]:
    """What is ruled out together with an attribute: no prints means no florals either."""
    return (attribute, *_denied_together().get(attribute, ()))


@cache
def attribute_groups() -> Mapping[str, str]:
    """The group of each attribute: "striped" is a pattern, "cotton" a fabric."""
    return {
        key: name
        for name, group in load_vocabulary("attributes.toml").items()
        if name[0] != "_"
        for key in group
    }


def is_kind(attribute: str) -> bool:
    """Whether it names a sub-type of a category ("cardigan") rather than a property ("cotton").

    Of alternatives ("striped|checked") the first is asked.
    """
    return attribute.split(EITHER)[0] not in attribute_groups()


def group_of_attribute(attribute: str) -> str:
    """Its group, such as "pattern"; of alternatives the first one's, of a sub-type its own name."""
    first = attribute.split(EITHER)[0]
    return attribute_groups().get(first, first)


def _distinct(matches: list[Match[str]]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(match.value for match in matches))


# What follows one of these in a name is an extra and not the thing itself: "Kurta with Jacket".
_EXTRAS = re.compile(r"\b(?:with|w/)\b|\(|,|(?:&|\band)\s+blouse\b", re.I)
# Descriptions are exported with the line breaks gone: "concealed zip closureGreen solid trousers".
_RUN_TOGETHER = re.compile(r"(?<=[a-z\d])(?=[A-Z][a-z])")


def without_brand(name: str, brand: str) -> str:
    """The name without its leading brand, whose words mean nothing ("Red Tape Men Brown Derbys")."""
    if brand and name.lower().startswith(brand.lower()):
        return name[len(brand) :]
    return name


def _head(text: list[Word]) -> str | None:
    """The last category that the text names."""
    matches = [match for match in _name_phrases().find(text) if match.value.default]
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
    inner = [word.form for word in text[match.first : match.last] if word.form in _shades()]
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


def classify(name: str, brand: str, description: str, primary_color: str) -> Facts:
    """Category, colours and attributes of a product from its texts."""
    plain_name = without_brand(name, brand)
    plain_description = _RUN_TOGETHER.sub(" ", description)
    category = _category_of(plain_name, plain_description)
    stated = attribute_phrases().find(words(plain_name)) + attribute_phrases().find(words(plain_description))
    kinds = [
        match.value.kind
        for match in _name_phrases().find(words(plain_name))
        if match.value.kind and match.value.categories == (category,)
    ]
    return Facts(
        category=category,
        apparel=category in categories() and categories()[category].wearable,
        colors=_colors_of(plain_name, plain_description, primary_color),
        attributes=tuple(dict.fromkeys([*kinds, *_distinct(stated)])),
    )
