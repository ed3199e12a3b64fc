"""Holds the conversations of dialogues.toml with a running API, and judges every turn."""

import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from scripts.evaluation.asking import Api, named
from scripts.evaluation.catalogue import COLORS, Product
from scripts.evaluation.grounding import numbers, ungrounded
from scripts.evaluation.judge import alike, fitting, want_from
from scripts.evaluation.measures import strict_precision

AT_LEAST = 0.8
"""The strict precision@5 of a list that meets a turn's wants."""
KEYS = {
    "say", "want", "new", "like", "cheaper_than", "other_brand", "brand_of", "item", "items", "tells",
    "lowest", "highest", "nothing", "says", "not_says",
}  # fmt: skip


@dataclass(frozen=True)
class Dialogue:
    name: str
    turns: list[dict[str, Any]]


@dataclass(frozen=True)
class Turn:
    """A turn as it went."""

    dialogue: str
    said: str
    text: str
    answered: list[str]
    wrong: list[str]
    untrue: list[str]


@dataclass(frozen=True)
class _Answer:
    """What a turn is judged by: the answer, and the conversation before it."""

    text: str
    products: list[Product]
    shown: list[Product]
    """The last list before this answer."""
    before: set[str]
    """Ids of all that was shown before."""


def read_dialogues(path: Path) -> list[Dialogue]:
    """Raises ValueError, naming the dialogue, where an expectation makes no sense."""
    found = []
    for table in tomllib.loads(path.read_text(encoding="utf-8"))["dialogue"]:
        for turn in table["turns"]:
            if unknown := set(turn) - KEYS:
                raise ValueError(f"{path.name}, {table['name']!r}: unknown {', '.join(sorted(unknown))}")
            want_from(turn.get("want", {}))
        found.append(Dialogue(table["name"], table["turns"]))
    return found


def hold(api: Api, dialogue: Dialogue, catalogue: Mapping[str, Product]) -> list[Turn]:
    """The history goes back as plain text each time, as chat front ends send it."""
    messages: list[dict[str, str]] = []
    shown: list[Product] = []
    before: set[str] = set()
    turns = []
    for turn in dialogue.turns:
        messages.append({"role": "user", "content": turn["say"]})
        text, items = api.chat(messages)
        answer = _Answer(text, named(items, catalogue), shown, before)
        said = " ".join(message["content"] for message in messages if message["role"] == "user")
        turns.append(
            Turn(
                dialogue.name, turn["say"], text, [product.name for product in answer.products],
                list(_wrong(turn, answer, catalogue)), ungrounded(text, items, catalogue, said),
            )
        )  # fmt: skip
        messages.append({"role": "assistant", "content": text})
        shown = answer.products or shown
        before = before | {product.product_id for product in answer.products}
    return turns


def _wrong(turn: dict[str, Any], answer: _Answer, catalogue: Mapping[str, Product]) -> Iterator[str]:
    meant = [turn.get(key, 0) for key in ("item", "like", "brand_of", "cheaper_than")]
    if max(meant + turn.get("items", [])) > len(answer.shown) or (
        "cheaper_than" in turn and not answer.shown
    ):
        yield f"the list that is meant has {len(answer.shown)} products"
        return
    if not answer.text.strip():
        yield "an empty answer"
    if turn.get("nothing") and answer.products:
        yield "recommends products"
    if "says" in turn and not re.search(turn["says"], answer.text):
        yield f"does not say /{turn['says']}/"
    if "not_says" in turn and re.search(turn["not_says"], answer.text):
        yield f"says /{turn['not_says']}/"
    yield from _wrong_list(turn, answer, catalogue)
    yield from _untold(turn, answer)


def _wrong_list(turn: dict[str, Any], answer: _Answer, catalogue: Mapping[str, Product]) -> Iterator[str]:
    want = want_from(turn.get("want", {}))
    relations = {"new", "like", "cheaper_than", "other_brand", "brand_of"} & set(turn)
    possible = [
        product
        for product in catalogue.values()
        if product in answer.products or product.product_id not in answer.before or not relations
        if not list(_misfits(turn, answer, product))
    ]
    if relations and not answer.products and fitting(possible, want):
        yield "recommends nothing"
    if turn.get("want"):
        # Against what can still be shown: what was shown before may be left out, and what does not fit must.
        precision = strict_precision(answer.products, want, possible)
        if precision is not None and precision < AT_LEAST:
            yield f"strict precision@5 is {precision:.2f}"
    for product in answer.products:
        yield from _misfits(turn, answer, product)


def _misfits(turn: dict[str, Any], answer: _Answer, product: Product) -> Iterator[str]:
    """Why the product can't be what is asked for, by what was shown before."""
    if ("new" in turn or "like" in turn) and product.product_id in answer.before:
        yield f"shows {product.name} again"
    if "like" in turn:
        model = answer.shown[turn["like"] - 1]
        others = model.gender != product.gender and "Unisex" not in model.gender + product.gender
        if others or not alike(product, model):
            yield f"{product.name} is not like {model.name}"
    if "cheaper_than" in turn:
        item = turn["cheaper_than"]
        limit = answer.shown[item - 1].price if item else min(shown.price for shown in answer.shown)
        if product.price >= limit:
            yield f"{product.name} does not cost less than ₹{limit}"
    if turn.get("other_brand") and product.brand in {shown.brand for shown in answer.shown}:
        yield f"{product.brand} was in the list"
    if "brand_of" in turn and product.brand != answer.shown[turn["brand_of"] - 1].brand:
        yield f"{product.brand} is not that brand"


def _untold(turn: dict[str, Any], answer: _Answer) -> Iterator[str]:
    numbered = turn.get("items", [turn["item"]] if "item" in turn else [])
    for product in (answer.shown[number - 1] for number in numbered):
        for what in turn.get("tells", []):
            if not _told(what, product, answer.text):
                yield f"does not tell the {what} of {product.name}"
    for key, edge in (("lowest", min), ("highest", max)):
        if turn.get(key):
            limit = edge(product.price for product in answer.shown)
            if not any(p.name in answer.text for p in answer.shown if p.price == limit):
                yield f"does not name the one at ₹{limit}"


def _told(what: str, product: Product, text: str) -> bool:
    if what == "price":
        return product.price in numbers(text)
    if what == "color":
        return any(color in text.lower() for color in product.colors if color in COLORS)
    return str(getattr(product, what)) in text
