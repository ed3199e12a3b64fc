"""The table of prices, and what is assumed beside it."""

import datetime
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

_FOLDER = Path(__file__).parent


@dataclass(frozen=True)
class Price:
    name: str
    usd: float
    unit: str
    what: str
    certainty: str
    source: str


@dataclass(frozen=True)
class Prices:
    date: datetime.date
    region: str
    hours_a_month: int
    table: Mapping[str, Price]
    allowances: Mapping[str, int]
    assumptions: Mapping[str, float]
    usage: Mapping[str, float]
    free: tuple[str, ...]

    def usd(self, name: str) -> float:
        """Raises KeyError where the table has no such price."""
        return self.table[name].usd

    def a_month(self, name: str) -> float:
        """Of what is paid by the hour."""
        return self.usd(name) * self.hours_a_month

    def is_free(self, kind: str) -> bool:
        return any(kind == free or (free.endswith("::") and kind.startswith(free)) for free in self.free)


def read_prices() -> Prices:
    raw = _read("prices.toml")
    table = {name: Price(name=name, **fields) for name, fields in raw["prices"].items()}
    allowances = {name: value for name, value in raw["allowances"].items() if name != "source"}
    return Prices(
        raw["date"],
        raw["region"],
        raw["hours_a_month"],
        table,
        allowances,
        raw["assumptions"],
        raw["usage"],
        tuple(raw["free"]["types"]),
    )


def article() -> dict[str, Any]:
    """The resources of the article's design."""
    return _read("article.toml")


def _read(name: str) -> dict[str, Any]:
    return tomllib.loads((_FOLDER / name).read_text(encoding="utf-8"))
