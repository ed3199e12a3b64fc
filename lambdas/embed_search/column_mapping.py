"""How a shop's own export is read: which of its columns is what, and how it spells prices and genders."""

import codecs
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from typing import Any, Literal, cast, get_args

from apparel.product import Gender
from embed_search.errors import CatalogueFileError

Field = Literal["product_id", "name", "brand", "gender", "price", "description", "color"]
FIELDS: tuple[Field, ...] = get_args(Field)

MYNTRA: dict[Field, str] = {
    "product_id": "ProductID",
    "name": "ProductName",
    "brand": "ProductBrand",
    "gender": "Gender",
    "price": "Price (INR)",
    "description": "Description",
    "color": "PrimaryColor",
}
"""The columns of the public Myntra data set."""

_MAY_LACK: tuple[Field, ...] = ("brand", "description", "color")

# Other spellings that mean one thing only, whoever writes them.
_SPELLINGS: dict[Gender, str] = {
    "Men": "men, men's, mens, man, male, males, gents, gentlemen",
    "Women": "women, women's, womens, woman, female, females, ladies",
    "Boys": "boys, boy's, boy",
    "Girls": "girls, girl's, girl",
    "Unisex": "unisex",
    "Unisex Kids": "unisex kids, kids unisex, kids, children",
}
GENDERS: dict[str, Gender] = {
    spelling: gender for gender, spellings in _SPELLINGS.items() for spelling in spellings.split(", ")
}


@dataclass(frozen=True)
class PriceSpelling:
    """What may stand in a price besides its digits; without any it is a plain number such as 1499.50."""

    currency: tuple[str, ...] = ()
    """Before or after the number, such as "Rs." or "/-"; case does not matter."""
    thousands: str = ""
    """Between groups of digits: 1,499 and 1,49,999."""
    decimal: str = "."


@dataclass(frozen=True)
class ColumnMapping:
    """The whole setting; the default is the Myntra data set's own export."""

    columns: Mapping[Field, str] = field(default_factory=lambda: MYNTRA)
    """The column of each field; a field without one is blank, or fixed."""
    fixed: Mapping[Field, str] = field(default_factory=dict)
    """The value of fields that have no column: a shop that sells to women alone need not say so."""
    genders: Mapping[str, Gender] = field(default_factory=lambda: GENDERS)
    """By what stands in the file, in small letters."""
    price: PriceSpelling = PriceSpelling()
    encoding: str = "utf-8"
    """Of a file without a byte order mark."""
    delimiter: str = ","
    """Between the fields of a CSV."""

    @property
    def expected(self) -> list[str]:
        """Columns that JSON lines must have somewhere: brand, description and color may be left out of all of
        them, but not where somebody has said what they are called."""
        return [
            column for name, column in self.columns.items() if name not in _MAY_LACK or column != MYNTRA[name]
        ]


MYNTRA_EXPORT = ColumnMapping()


def read_mapping(text: str) -> ColumnMapping:
    """The setting from its TOML (docs/CATALOGUE.md). What it does not name stays as it is by default.

    Raises CatalogueFileError, which names what is wrong.
    """
    try:
        stated = tomllib.loads(text.removeprefix("\ufeff"))
    except tomllib.TOMLDecodeError as error:
        raise CatalogueFileError(f"The column mapping is not readable as TOML: {error}.") from error
    _expect_names("", stated, [part.name for part in fields(ColumnMapping)])
    fixed = _texts(stated, "fixed", FIELDS)
    columns: dict[str, str] = {**dict(MYNTRA.items()), **_texts(stated, "columns", FIELDS)}
    kept = {name: column for name, column in columns.items() if column and name not in fixed}
    lacking = [name for name in FIELDS if name not in (*kept, *fixed, *_MAY_LACK)]
    if lacking:
        raise CatalogueFileError(f"The column mapping gives no column for {', '.join(lacking)}.")
    return ColumnMapping(
        columns=cast("Mapping[Field, str]", kept),
        fixed=cast("Mapping[Field, str]", fixed),
        genders={**GENDERS, **_genders(_texts(stated, "genders"))},
        price=_price_spelling(stated.get("price", {})),
        encoding=_encoding(stated.get("encoding", "utf-8")),
        delimiter=_one_character("delimiter", stated.get("delimiter", ",")),
    )


def _texts(stated: Mapping[str, Any], table: str, names: tuple[str, ...] | None = None) -> dict[str, str]:
    values = stated.get(table, {})
    if not isinstance(values, dict) or not all(isinstance(value, str) for value in values.values()):
        raise CatalogueFileError(f"[{table}] of the column mapping must hold names with texts.")
    if names is not None:
        _expect_names(f" in [{table}]", values, names)
    return {name: value.strip() for name, value in values.items()}


def _expect_names(where: str, stated: Mapping[str, Any], names: tuple[str, ...] | list[str]) -> None:
    unknown = [name for name in stated if name not in names]
    if unknown:
        raise CatalogueFileError(
            f"The column mapping has {', '.join(unknown)}{where}; known are {', '.join(names)}."
        )


def _genders(stated: Mapping[str, str]) -> dict[str, Gender]:
    unknown = sorted(set(stated.values()) - set(get_args(Gender)))
    if unknown:
        raise CatalogueFileError(
            f"[genders] of the column mapping leads to {', '.join(unknown)}; "
            f"it must be one of {', '.join(get_args(Gender))}."
        )
    return {spelling.strip().casefold(): cast("Gender", gender) for spelling, gender in stated.items()}


def _price_spelling(stated: object) -> PriceSpelling:
    wanted = "[price] of the column mapping takes currency (a list of texts), thousands and decimal."
    if not isinstance(stated, dict) or set(stated) - {"currency", "thousands", "decimal"}:
        raise CatalogueFileError(wanted)
    currency = stated.get("currency", [])
    if not isinstance(currency, list) or not all(isinstance(sign, str) and sign.strip() for sign in currency):
        raise CatalogueFileError(wanted)
    thousands = stated.get("thousands", "")
    spelling = PriceSpelling(
        # The longest first: "Rs." before "Rs".
        currency=tuple(sorted((sign.strip() for sign in currency), key=len, reverse=True)),
        thousands=_one_character("price.thousands", thousands) if thousands else "",
        decimal=_one_character("price.decimal", stated.get("decimal", ".")),
    )
    if spelling.thousands == spelling.decimal:
        raise CatalogueFileError("[price] of the column mapping has the same thousands and decimal.")
    return spelling


def _one_character(name: str, value: object) -> str:
    if not isinstance(value, str) or len(value) != 1 or value.isalnum() or value in '"\r\n-':
        raise CatalogueFileError(f"{name} of the column mapping must be one character, such as a comma.")
    return value


def _encoding(name: object) -> str:
    try:
        codec = codecs.lookup(str(name))
        b"a".decode(codec.name, errors="replace")
    except (LookupError, ValueError) as error:
        raise CatalogueFileError(f"The column mapping's encoding {name} is not known.") from error
    return codec.name
