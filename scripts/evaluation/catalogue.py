"""The catalogue's file as the evaluation sees it: each product with the kind and colours its name states."""

import csv
import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

HERE = Path(__file__).parent
_TABLES = tomllib.loads((HERE / "kinds.toml").read_text(encoding="utf-8"))
KINDS: Mapping[str, re.Pattern[str]] = {
    kind: re.compile(rf"\b(?:{pattern})\b", re.IGNORECASE) for kind, pattern in _TABLES["kinds"].items()
}
GROUPS: Mapping[str, list[str]] = _TABLES["groups"]
GENDERS: Mapping[str, list[str]] = _TABLES["genders"]
COLORS: Mapping[str, list[str]] = _TABLES["colors"]
_COLOR_WORDS = sorted(set(COLORS).union(*COLORS.values()), key=len, reverse=True)
_COLOR = re.compile(rf"(?<![\w-])(?:{'|'.join(_COLOR_WORDS)})(?!-(?!coloured)|\w)")
# What the catalogue's format allows; the loader refuses rows with anything else.
_ALL_GENDERS = {gender for genders in GENDERS.values() for gender in genders}


@dataclass(frozen=True)
class Product:
    """A row that can be loaded; the price in INR."""

    product_id: str
    name: str
    brand: str
    gender: str
    price: int
    description: str
    kind: str
    colors: frozenset[str]
    """Colour words of the name, lower case; of the colour column where the name has none."""

    @cached_property
    def text(self) -> str:
        return f"{self.name} {self.description}".lower()


def load(path: Path) -> dict[str, Product]:
    """The products by id; the first of rows with the same id counts."""
    products: dict[str, Product] = {}
    with path.open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            price, gender = row["Price (INR)"].strip(), row["Gender"].strip()
            if re.fullmatch(r"\d+", price) and gender in _ALL_GENDERS and row["ProductName"].strip():
                products.setdefault(row["ProductID"], _product(row, int(price), gender))
    return products


def kind_of(name: str) -> str:
    """The kind whose word ends last before " with " or "& blouse", the longest such; or "other"."""
    head = re.split(r"\swith\s|\s&\sblouse\b", name, maxsplit=1, flags=re.IGNORECASE)[0]
    found = [
        (match.end(), match.end() - match.start(), kind)
        for kind, pattern in KINDS.items()
        for match in pattern.finditer(head)
    ]
    return max(found)[2] if found else "other"


def _product(row: Mapping[str, str], price: int, gender: str) -> Product:
    name = row["ProductName"].strip()
    colors = _COLOR.findall(name.lower()) or [row["PrimaryColor"].strip().lower()]
    return Product(
        row["ProductID"], name, row["ProductBrand"].strip(), gender, price, row["Description"].strip(),
        kind_of(name), frozenset(colors),
    )  # fmt: skip
