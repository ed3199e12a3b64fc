"""Reads a catalogue file: CSV in the columns of the Myntra data set."""

import csv
import io
import re
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import get_args

from apparel.product import Gender
from embed_search.errors import CatalogueFileError

COLUMNS = ("ProductID", "ProductName", "ProductBrand", "Gender", "Price (INR)", "Description", "PrimaryColor")
"""What a file must have; others, such as NumImages, are not read."""

MAX_ID = 64
MAX_NAME = 500
MAX_DESCRIPTION = 20_000
MAX_FIELD = 1_000_000
MAX_PRICE = Decimal(1_000_000_000)

_GENDERS: dict[str, Gender] = {gender.casefold(): gender for gender in get_args(Gender)}
_PRICE = re.compile(r"-?\d{1,12}(\.\d{1,12})?", re.ASCII)
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f]+")


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
    """A row that is not loaded. `line` is where it begins in the file, the header being line 1."""

    line: int
    reason: str


class _Refused(Exception):
    """Why a row is refused."""


def read_catalogue(path: Path) -> Iterator[CatalogueRow | RefusedRow]:
    """The rows of the file, good and bad, one at a time.

    Of rows with the same id the first good one counts. Raises CatalogueFileError when the file can't be
    read, or lacks a column.
    """
    try:
        # A byte that is no UTF-8 becomes a surrogate, and costs its row instead of the whole file.
        with path.open(encoding="utf-8-sig", errors="surrogateescape", newline="") as file:
            yield from _rows(file, path)
    except OSError as error:
        raise CatalogueFileError(f"The catalogue {path} can't be read: {error.strerror}.") from error


def _rows(file: io.TextIOWrapper, path: Path) -> Iterator[CatalogueRow | RefusedRow]:
    csv.field_size_limit(MAX_FIELD)
    reader = csv.reader(file)
    try:
        header = [column.strip() for column in _next_record(reader) or []]
    except _Refused as refused:
        raise CatalogueFileError(f"The first line of the catalogue {path} is {refused}.") from refused
    missing = [column for column in COLUMNS if column not in header]
    if missing:
        raise CatalogueFileError(
            f"The catalogue {path} lacks the column{'s' if len(missing) > 1 else ''} {', '.join(missing)}. "
            f"Its first line must name the columns, separated by commas: {', '.join(COLUMNS)}."
        )
    first_lines: dict[str, int] = {}
    while True:
        line = reader.line_num + 1
        try:
            record = _next_record(reader)
            if record is None:
                return
            if not any(map(str.strip, record)):
                continue
            row = _row(line, record, header)
            if row.product_id in first_lines:
                raise _Refused(
                    f"the id {row.product_id} stands already in line {first_lines[row.product_id]}"
                )
        except _Refused as refused:
            yield RefusedRow(line, str(refused))
        else:
            first_lines[row.product_id] = line
            yield row


def _next_record(reader: "Iterator[list[str]]") -> list[str] | None:
    try:
        return next(reader, None)
    except csv.Error as error:
        raise _Refused(f"not readable as CSV ({error}); is a quote left open?") from error


def _row(line: int, record: list[str], header: list[str]) -> CatalogueRow:
    if len(record) != len(header):
        raise _Refused(f"has {len(record)} fields instead of {len(header)}")
    fields = {
        column: _clean(value) for column, value in zip(header, record, strict=True) if column in COLUMNS
    }
    for column, limit in (("ProductID", MAX_ID), ("ProductName", MAX_NAME), ("ProductBrand", MAX_NAME)):
        if not fields[column] and column != "ProductBrand":
            raise _Refused(f"{column} is blank")
        if len(fields[column]) > limit:
            raise _Refused(f"{column} is longer than {limit} characters")
    gender = _GENDERS.get(fields["Gender"].casefold())
    if gender is None:
        raise _Refused(
            f"Gender is {fields['Gender'][:40]!r}; it must be one of {', '.join(get_args(Gender))}"
        )
    return CatalogueRow(
        line=line,
        product_id=fields["ProductID"],
        name=fields["ProductName"],
        brand=fields["ProductBrand"],
        gender=gender,
        price=_price(fields["Price (INR)"]),
        color=fields["PrimaryColor"][:MAX_NAME],
        description=fields["Description"][:MAX_DESCRIPTION],
    )


def _clean(text: str) -> str:
    """Without the blanks around it and without control characters, of which Postgres can't store NUL."""
    if not text.isascii() and any("\ud800" <= character <= "\udfff" for character in text):
        raise _Refused("is not UTF-8")
    return _CONTROL.sub(" ", text).strip()


def _price(text: str) -> Decimal:
    if not _PRICE.fullmatch(text):
        raise _Refused(f"Price (INR) is {text[:40]!r}; it must be a plain number such as 1499 or 1499.50")
    price = round(Decimal(text), 2)
    if not 0 < price <= MAX_PRICE:
        raise _Refused(f"Price (INR) is {text[:40]}; it must be above 0 and at most {MAX_PRICE}")
    return price
