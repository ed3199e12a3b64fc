"""Questions with a judged want, for `make bench-ranking`.

Made from the catalogue's own columns: a random product lends its head noun, gender, colour, pattern, brand
and price to a question, and relevant is whatever agrees in all that the question says. The head noun and the
words are looked up in the name by themselves, not by the project's taxonomy, which is what is measured.
Where an outside evaluator's folder is at hand, its questions are added, judged by its own rules.
"""

import importlib.util
import json
import random
import re
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from embed_search.catalogue_row import CatalogueRow

SEED = 7
MIN_PRODUCTS_OF_A_NOUN = 20
FOLDER_FILES = ("judge.py", "queries_dev.json")

_SAID = {
    "Men": ("men", "gents", "my husband", "men's"),
    "Women": ("women", "ladies", "my wife", "women's"),
    "Boys": ("boys", "my son"),
    "Girls": ("girls", "my daughter"),
}
_ALSO = {"Men": "Unisex", "Women": "Unisex", "Boys": "Unisex Kids", "Girls": "Unisex Kids"}
_COLORS = (
    "black",
    "blue",
    "white",
    "grey",
    "red",
    "green",
    "pink",
    "brown",
    "yellow",
    "maroon",
    "orange",
    "beige",
)
_PATTERNS = (
    "striped",
    "checked",
    "printed",
    "solid",
    "embroidered",
    "floral",
    "slim fit",
    "cotton",
    "leather",
)
_FRAMES = (
    "{thing} for {whom}",
    "show me {thing} for {whom}",
    "need {thing} for {whom} please",
    "{whom} {thing}",
)


@dataclass(frozen=True)
class JudgedQuestion:
    text: str
    relevant: frozenset[str]
    """The ids of all products that meet everything the question says."""


def generated(rows: Sequence[CatalogueRow], number: int) -> list[JudgedQuestion]:
    """The same questions for the same catalogue."""
    chance = random.Random(SEED)
    nouns = {row.product_id: _head_noun(row.name) for row in rows}
    common = {noun for noun, count in Counter(nouns.values()).items() if count >= MIN_PRODUCTS_OF_A_NOUN}
    candidates = [row for row in rows if nouns[row.product_id] in common and row.gender in _SAID]
    return [
        _question(chance.choice(candidates), nouns, rows, chance) for _ in range(number if candidates else 0)
    ]


def _head_noun(name: str) -> str:
    """ "Pants" of "Acme Men Black Track Pants With Zip"."""
    words: list[str] = re.findall(r"[a-z-]+", re.split(r"\bwith\b|,|\(", name.lower())[0])
    return words[-1] if words else ""


def _question(
    model: CatalogueRow, nouns: dict[str, str], rows: Sequence[CatalogueRow], chance: random.Random
) -> JudgedQuestion:
    noun = nouns[model.product_id]
    genders = (model.gender, _ALSO[model.gender])
    tests: list[Callable[[CatalogueRow], bool]] = [
        lambda row: nouns[row.product_id] == noun and row.gender in genders
    ]
    said = [noun]
    pattern = _one_of(_PATTERNS, f"{model.name} {model.description}", 0.4, chance)
    if pattern:
        tests.append(lambda row: _says(pattern, f"{row.name} {row.description}"))
        said.insert(0, pattern)
    color = _one_of(_COLORS, model.name, 0.7, chance)
    if color:
        tests.append(lambda row: _says(color, row.name))
        said.insert(0, color)
    if chance.random() < 0.25:
        tests.append(lambda row: row.brand == model.brand)
        said.insert(0, model.brand)
    text = chance.choice(_FRAMES).format(thing=" ".join(said), whom=chance.choice(_SAID[model.gender]))
    if chance.random() < 0.35:
        most = int(float(model.price) * chance.uniform(1.05, 1.6)) // 100 * 100 + 100
        tests.append(lambda row: row.price <= most)
        text += f" under {most}"
    return JudgedQuestion(text, frozenset(row.product_id for row in rows if all(test(row) for test in tests)))


def _one_of(words: Sequence[str], text: str, probability: float, chance: random.Random) -> str | None:
    said = [word for word in words if _says(word, text)]
    return chance.choice(said) if said and chance.random() < probability else None


def _says(word: str, text: str) -> bool:
    return re.search(rf"\b{word}\b", text, re.I) is not None


def from_folder(folder: Path, rows: Sequence[CatalogueRow]) -> list[JudgedQuestion]:
    """The attribute questions of an evaluator's folder; none where it is not there."""
    if not all((folder / name).is_file() for name in FOLDER_FILES):
        return []
    spec = importlib.util.spec_from_file_location("outside_judge", folder / "judge.py")
    assert spec is not None
    assert spec.loader is not None
    judge: Any = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(judge)
    # As its own reader would give them, which stops at a row that can't be read.
    products = [
        {
            "id": row.product_id, "name": row.name, "brand": row.brand, "gender": row.gender,
            "price": float(row.price), "description": row.description, "color": row.color,
            "category": judge.category(row.name),
        }
        for row in rows
    ]  # fmt: skip
    return [
        JudgedQuestion(
            query["query"],
            frozenset(product["id"] for product in products if all(judge.checks(product, query["want"]))),
        )
        for query in json.loads((folder / "queries_dev.json").read_text(encoding="utf-8"))
        if query["kind"] == "attribute"
    ]
