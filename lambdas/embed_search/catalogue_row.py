"""One record of a catalogue file becomes a product, or is refused with the reason."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import get_args

from apparel.product import Gender
from embed_search.column_mapping import MYNTRA, ColumnMapping, Field, PriceSpelling
from embed_search.markup import without_markup

MAX_ID = 64
MAX_NAME = 500
MAX_DESCRIPTION = 20_000
MAX_PRICE = Decimal(1_000_000_000)

_LIMITS: tuple[tuple[Field, int], ...] = (("product_id", MAX_ID), ("name", MAX_NAME), ("brand", MAX_NAME))

# Other shops' programs write 588.8199999999999, and up to 17 digits after 0.
_PRICE = re.compile(r"-?\d{1,12}(\.\d{1,20})?", re.ASCII)
# 1,499 and 1,49,999: what else looks like groups of digits may be a decimal comma, and is not guessed at.
_GROUPED = re.compile(r"(-?\d{1,3}(?:,\d{2,3})*,\d{3})(?=\.|$)", re.ASCII)
# Those of Unicode too that nobody sees, or that turn the letters after them around. Not the joiners (200C and
# 200D), which Indian scripts are written with.
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u200b\u200e\u200f\u2028-\u202e\u2060-\u2069\ufeff]+")


@dataclass(frozen=True, slots=True)
class CatalogueRow:
    """One good row; `price` in INR, above zero, with at most two decimals."""

    line: int
    product_id: str
    name: str
    brand: str
    gender: Gender
    price: Decimal
    color: str
    description: str


@dataclass(frozen=True, slots=True)
class RefusedRow:
    """A row that is not loaded. `line` is where it begins in the file, whose first line is 1."""

    line: int
    reason: str


class RowRefused(Exception):
    """Why a row is refused."""


def catalogue_row(line: int, values: Mapping[Field, str], mapping: ColumnMapping) -> CatalogueRow:
    """The product of a record, of which `values` holds what stands in the file. Raises RowRefused."""
    texts = {**mapping.fixed, **values}
    names = {**MYNTRA, **mapping.columns}
    cleaned = {name: _clean(text, mapping.encoding) for name, text in texts.items()}
    for field, limit in _LIMITS:
        text = cleaned.get(field, "")
        if not text and field != "brand":
            raise RowRefused(f"{names[field]} is blank")
        if len(text) > limit:
            raise RowRefused(f"{names[field]} is longer than {limit} characters")
    return CatalogueRow(
        line=line,
        product_id=cleaned["product_id"],
        name=cleaned["name"],
        brand=cleaned.get("brand", ""),
        gender=_gender(cleaned["gender"], names["gender"], mapping),
        price=_price(cleaned["price"], names["price"], mapping.price),
        color=cleaned.get("color", "")[:MAX_NAME],
        description=cleaned.get("description", "")[:MAX_DESCRIPTION],
    )


def _clean(text: str, encoding: str) -> str:
    """Without markup, the blanks around it and control characters, of which Postgres can't store NUL."""
    if not text.isascii() and any("\ud800" <= character <= "\udfff" for character in text):
        raise RowRefused(f"is not {encoding.upper()}; does the file have another encoding?")
    return _CONTROL.sub(" ", without_markup(text)).strip()


def _gender(text: str, column: str, mapping: ColumnMapping) -> Gender:
    gender = mapping.genders.get(text.casefold().replace("\u2019", "'"))
    if gender is None:
        raise RowRefused(f"{column} is {text[:40]!r}; it must be one of {', '.join(get_args(Gender))}")
    return gender


def _price(text: str, column: str, spelling: PriceSpelling) -> Decimal:
    plain = _plain_number(text, spelling)
    if not _PRICE.fullmatch(plain):
        raise RowRefused(f"{column} is {text[:40]!r}; it must be a plain number such as 1499 or 1499.50")
    price = round(Decimal(plain), 2)
    if not 0 < price <= MAX_PRICE:
        raise RowRefused(f"{column} is {text[:40]}; it must be above 0 and at most {MAX_PRICE}")
    return price


def _plain_number(text: str, spelling: PriceSpelling) -> str:
    for sign in spelling.currency:
        if text[: len(sign)].casefold() == sign.casefold():
            text = text[len(sign) :].lstrip()
        if text[-len(sign) :].casefold() == sign.casefold():
            text = text[: -len(sign)].rstrip()
    if not spelling.thousands and spelling.decimal == ".":
        return text
    # Told apart by signs that stand in no number, then read as the plain spelling.
    marked = text.replace(spelling.thousands, "\0") if spelling.thousands else text
    english = marked.replace(".", "?") if spelling.decimal != "." else marked
    english = english.replace(spelling.decimal, ".").replace("\0", ",")
    return _GROUPED.sub(lambda groups: groups[1].replace(",", ""), english, count=1)
