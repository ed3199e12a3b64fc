"""Wants, and whether a product meets them."""

import re
from collections.abc import Iterable, Iterator, Mapping, Set
from dataclasses import dataclass, fields
from functools import cache
from typing import Any

from scripts.evaluation.catalogue import COLORS, GENDERS, GROUPS, KINDS, Product


@dataclass(frozen=True)
class Want:
    """What a shopper wants. Any word of a field is enough, but of `has` each is a want of its own."""

    kind: tuple[str, ...] = ()
    gender: tuple[str, ...] = ()
    color: tuple[str, ...] = ()
    brand: tuple[str, ...] = ()
    has: tuple[str, ...] = ()
    min: int = 0
    max: int = 0
    not_kind: tuple[str, ...] = ()
    not_gender: tuple[str, ...] = ()
    not_color: tuple[str, ...] = ()
    not_brand: tuple[str, ...] = ()
    not_has: tuple[str, ...] = ()


_KNOWN = {"kind": {*KINDS, *GROUPS}, "gender": set(GENDERS), "color": set(COLORS)}


def want_from(table: Mapping[str, Any]) -> Want:
    """A want as it stands in a data file. Raises ValueError on a key or word that means nothing here."""
    names = {field.name for field in fields(Want)}
    if unknown := set(table) - names:
        raise ValueError(f"unknown wants: {', '.join(sorted(unknown))}")
    values: dict[str, Any] = {
        key: value if isinstance(value, int) else (value,) if isinstance(value, str) else tuple(value)
        for key, value in table.items()
    }
    for key, value in values.items():
        known = _KNOWN.get(key.removeprefix("not_"))
        if known is not None and (strange := set(value) - known):
            raise ValueError(f"{key}: {', '.join(strange)} is not in kinds.toml")
    return Want(**values)


def checks(product: Product, want: Want) -> list[bool]:
    """One answer for each single want."""
    return list(_checks(product, want))


def meets(product: Product, want: Want) -> bool:
    return all(_checks(product, want))


def grade(product: Product, want: Want) -> float:
    """The share of the single wants that the product meets; 1 where nothing is wanted."""
    met = checks(product, want)
    return sum(met) / len(met) if met else 1.0


def fitting(products: Iterable[Product], want: Want) -> list[Product]:
    """The products that meet every want."""
    return [product for product in products if meets(product, want)]


@cache
def kinds_like(kind: str) -> Set[str]:
    """The kinds that answer who asks for this one."""
    return {kind}.union(*({name, *GROUPS.get(name, ())} for name in GROUPS.get(kind, ())))


def alike(one: Product, other: Product) -> bool:
    """Whether who looks for the one may be shown the other: of the same or a kindred kind."""
    return one.kind in kinds_like(other.kind) or other.kind in kinds_like(one.kind)


def _checks(product: Product, want: Want) -> Iterator[bool]:
    for positive, negative, holds in (
        (want.kind, want.not_kind, _is_kind),
        (want.gender, want.not_gender, _is_for),
        (want.color, want.not_color, _is_color),
        (want.brand, want.not_brand, _is_brand),
    ):
        if positive:
            yield any(holds(product, word) for word in positive)
        if negative:
            yield not any(holds(product, word) for word in negative)
    yield from (_mentions(product, words) for words in want.has)
    if want.not_has:
        yield not any(_mentions(product, words) for words in want.not_has)
    if want.min:
        yield product.price >= want.min
    if want.max:
        yield product.price <= want.max


def _is_kind(product: Product, kind: str) -> bool:
    return product.kind in kinds_like(kind)


def _is_for(product: Product, gender: str) -> bool:
    return product.gender in GENDERS[gender]


def _is_color(product: Product, color: str) -> bool:
    return bool(product.colors & {color, *COLORS[color]})


def _is_brand(product: Product, brand: str) -> bool:
    return product.brand.lower() == brand.lower()


def _mentions(product: Product, words: str) -> bool:
    """Whether a word of the name or description begins like any of `a|b`."""
    return re.search(rf"(?<!\w)(?:{words})", product.text) is not None
