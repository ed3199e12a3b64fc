"""Plays the visitors of sessions.toml: what is recommended to who looked at these, and follows a drift."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from scripts.evaluation.asking import Api, named
from scripts.evaluation.catalogue import GENDERS, Product
from scripts.evaluation.grounding import ungrounded
from scripts.evaluation.judge import Want, alike, fitting, meets, want_from

TOP = 5
FOLLOWED = 3
"""A list follows an interest when most of its five fit it."""
LOOKS_TO_FOLLOW = 2


@dataclass(frozen=True)
class Session:
    name: str
    interests: list[tuple[int, Want]]
    """How many looks at products with these wants, one interest after the other."""


@dataclass(frozen=True)
class Step:
    """The recommendations after one look; None where the question does not arise."""

    session: str
    look: str
    answered: list[str]
    in_view: float
    """Share of the list that is of kinds and for people in view."""
    left_out: bool
    """Nothing that was viewed comes back."""
    followed: bool | None
    """The list follows the new interest; asked from its second look on."""
    untrue: list[str]


def read_sessions(path: Path) -> list[Session]:
    tables: list[dict[str, Any]] = tomllib.loads(path.read_text(encoding="utf-8"))["session"]
    return [
        Session(table["name"], [(look["times"], want_from(look["want"])) for look in table["looks"]])
        for table in tables
    ]


def play(api: Api, session: Session, catalogue: Mapping[str, Product]) -> list[Step]:
    viewed: list[Product] = []
    steps = []
    for times, want in session.interests:
        for number, look in enumerate(_looks(times, want, catalogue), start=1):
            viewed.append(look)
            items = api.recommendations(viewed=[product.product_id for product in viewed], limit=TOP)
            found = named(items, catalogue)
            steps.append(
                Step(
                    session.name, look.name, [product.name for product in found], _in_view(found, viewed),
                    not {product.product_id for product in found} & {p.product_id for p in viewed},
                    None if number < LOOKS_TO_FOLLOW else _followed(found, want),
                    ungrounded("", items, catalogue),
                )
            )  # fmt: skip
    return steps


def _looks(times: int, want: Want, catalogue: Mapping[str, Product]) -> list[Product]:
    """As many products with these wants, evenly from all of them in the order of their ids."""
    fit = sorted(fitting(catalogue.values(), want), key=lambda product: product.product_id)
    return [fit[index * len(fit) // times] for index in range(times)]


def _followed(found: list[Product], want: Want) -> bool:
    return sum(meets(product, want) for product in found) >= FOLLOWED


def _in_view(found: list[Product], viewed: list[Product]) -> float:
    people = {
        gender
        for product in viewed
        for genders in GENDERS.values()
        if product.gender in genders
        for gender in genders
        if product.gender == gender or "Unisex" in gender or "Unisex" in product.gender
    }
    fit = sum(product.gender in people and any(alike(product, look) for look in viewed) for product in found)
    return fit / len(found) if found else 0.0
