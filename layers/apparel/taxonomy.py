"""What words mean: categories, colours and attributes.

The same phrases classify a product when it is loaded (`classification`) and read a shopper's wish, so both
speak one language. The vocabulary is data, in `vocabulary/*.toml`; none of it names a brand or a product of
any shop.
"""

import hashlib
import tomllib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from apparel.contracts import EITHER
from apparel.phrases import Phrases, Word

_HERE = Path(__file__).parent
_VOCABULARY = _HERE / "vocabulary"
_FILES = ("categories.toml", "colors.toml", "attributes.toml")
OTHER = "other"
"""The category of what is none of them."""


def load_vocabulary(name: str) -> dict[str, Any]:
    """One TOML file of the vocabulary folder."""
    return tomllib.loads((_VOCABULARY / name).read_text(encoding="utf-8"))


def _version() -> str:
    digest = hashlib.sha256()
    code = (_HERE / f"{name}.py" for name in ("taxonomy", "classification", "phrases"))
    for path in (*(_VOCABULARY / name for name in _FILES), *code):
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
    near: tuple[str, ...]
    """Categories of things so like these that they come before these in another colour."""
    apart: bool
    """Whether its sub-types are things of their own, rather than styles of one."""
    sized: bool
    """Whether it has to fit: a backpack for grown-ups does for a child too, shoes do not."""

    def suits(self, people: Iterable[str]) -> bool:
        """Whether it is likely to be meant for one of these people."""
        return self.wearable and (not self.worn_by or bool(set(people) & {*self.worn_by, "kids", "unisex"}))


@cache
def categories() -> Mapping[str, Category]:
    """All categories by id."""
    return {
        key: Category(
            key,
            entry["label"],
            entry.get("wearable", True),
            tuple(entry.get("worn_by", ())),
            tuple(entry.get("near", ())),
            entry.get("apart", False),
            entry.get("sized", True),
        )
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


@cache
def _meanings() -> Mapping[str, Mapping[str, str]]:
    meanings: dict[str, dict[str, str]] = load_vocabulary("categories.toml")["_by_people"]
    return meanings


def meant_by_word(word: str, people: Sequence[str]) -> tuple[str, ...]:
    """What a word means when these people wear it, if that is another thing: a man's kameez is a shirt."""
    meanings = _meanings().get(word, {})
    return tuple(dict.fromkeys(meanings[group] for group in people if group in meanings))


@cache
def _general() -> Mapping[str, Sequence[str]]:
    general: dict[str, list[str]] = load_vocabulary("categories.toml")["_general"]
    return general


def general_word_for(word: str) -> Sequence[str]:
    """The categories that a word may be added to without saying more: joggers are "jogger pants"."""
    return _general().get(word, ())


def label(category: str) -> str:
    """The plural a shopper knows a category by."""
    known = categories().get(category)
    return known.label if known else "other things"


def group_of(wanted: Iterable[str]) -> str | None:
    """The everyday name of the smallest group that holds all these categories: "shoes"."""
    holding = [(len(group), name) for name, group in _groups().items() if set(wanted) <= set(group)]
    return min(holding)[1].replace("_", " ") if holding else None


def widened(wanted: Iterable[str]) -> tuple[str, ...]:
    """The categories of the smallest group that holds all these and more: of "shoes" all footwear; the same
    where there is none."""
    same = tuple(wanted)
    holding = [tuple(group) for group in _groups().values() if set(same) < set(group)]
    return min(holding, key=len, default=same)


def _category_entries(*, in_names: bool) -> Iterator[tuple[str, CategoryWord]]:
    data = load_vocabulary("categories.toml")
    for section in ("_also", "_by_people", "_general"):
        data.pop(section)
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
def name_phrases() -> Phrases[CategoryWord]:
    """The same and more: what they mean in the name of a product."""
    return Phrases(_category_entries(in_names=True))


@cache
def color_phrases() -> Phrases[str]:
    """Phrases that name a colour; the value is the plain colour word."""
    data = load_vocabulary("colors.toml")
    spellings, _, _ = data.pop("_spellings"), data.pop("_kin"), data.pop("_tones")
    entries = [(word, color) for color, entry in data.items() for word in (color, *entry["words"])]
    shades = {shade for entry in data.values() for shade in entry["shades"]}
    entries += [(word, shade) for shade in shades for word in (shade, *spellings.get(shade, ()))]
    return Phrases(dict.fromkeys(entries))


@cache
def color_shades() -> Mapping[str, tuple[str, ...]]:
    """The families, each with its shades."""
    return {
        color: tuple(entry["shades"])
        for color, entry in load_vocabulary("colors.toml").items()
        if not color.startswith("_")
    }


@cache
def _kin() -> Mapping[str, Sequence[str]]:
    kin: dict[str, list[str]] = load_vocabulary("colors.toml")["_kin"]
    return kin


@cache
def _tones() -> Mapping[str, Mapping[str, Sequence[str]]]:
    tones: dict[str, dict[str, list[str]]] = load_vocabulary("colors.toml")["_tones"]
    return tones


def color_kin(color: str) -> tuple[str, ...]:
    """Shades that pass for this colour, without the colour itself: blue has navy and teal, navy none, wine
    burgundy; a tone has the colours that are meant by it."""
    tone = tuple(_tones()[color]["shades"]) if color in _tones() else ()
    return (*color_shades().get(color, ()), *_kin().get(color, ()), *tone)


@cache
def tone_phrases() -> Phrases[str]:
    """Phrases by which people ask for many colours at once: "pastel", "dark colours"."""
    return Phrases((word, tone) for tone, entry in _tones().items() for word in (tone, *entry["words"]))


def color_families(color: str) -> tuple[str, ...]:
    """The families that a shade belongs to: teal is a blue and a green, blue itself is none."""
    return tuple(family for family, shades in color_shades().items() if color in shades)


@cache
def attribute_phrases() -> Phrases[str]:
    """Phrases that state an attribute; the value is the attribute's id."""
    groups = (group for name, group in load_vocabulary("attributes.toml").items() if name[0] != "_")
    return Phrases((word, key) for group in groups for key, phrases in group.items() for word in phrases)


@cache
def _lengths() -> Mapping[str, Sequence[str]]:
    lengths: dict[str, list[str]] = load_vocabulary("attributes.toml")["_lengths"]
    return lengths


def garments() -> Sequence[str]:
    """The categories of what is called long or short: a skirt, but no earring."""
    return _lengths()["garments"]


@cache
def length_words() -> Mapping[str, str]:
    """What "long" and "short" mean of a garment: alternatives, as products say it."""
    return {word: EITHER.join(names) for word, names in _lengths().items() if word != "garments"}


def spoken(attribute: str, joint: str = " or ") -> str:
    """The attribute as one says it: "long", or of alternatives "checked or striped"."""
    called = {value: word for word, value in length_words().items()}
    return called.get(attribute) or joint.join(attribute.split(EITHER))


def is_attribute_name(text: Sequence[Word]) -> bool:
    """Whether these words, all of them, name an attribute: "block heel"."""
    return any(match.last - match.first == len(text) for match in attribute_phrases().find(text))


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
