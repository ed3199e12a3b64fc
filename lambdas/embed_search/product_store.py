"""The catalogue in Postgres, behind a Protocol."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Protocol

import numpy as np
import numpy.typing as npt
import psycopg2
from pgvector import HalfVector
from psycopg2.extras import RealDictCursor

from apparel.contracts import EITHER, FacetsReply, Filters, Hit, Order, SummaryReply
from apparel.product import Gender, Product
from apparel.taxonomy import color_kin, is_kind
from embed_search.errors import CatalogueEmpty, CatalogueUnavailable
from embed_search.postgres import Connection, read_sql

Vector = npt.NDArray[np.float32]

MAX_FACET_WORDS = 20_000

RANKING_DEPTH = 200
"""How far down each ranking is read, of which five to twenty are shown: enough to pass over copies."""

CATEGORY_DEPTH = 60
"""The same for each category where they take turns."""

# Numbers and scraps are no words that a reply should complain about.
_NAMEABLE = re.compile(r"[a-z]{3,}")

# What a connection that has died raises, also in mid-statement.
_LOST = (psycopg2.OperationalError, psycopg2.InterfaceError)


@dataclass(frozen=True, kw_only=True)
class Question:
    """One retrieval: what products must be (`filters`), and what they should be near to."""

    embedding: Vector
    """Unit length, shape (768,)."""
    filters: Filters
    lexemes: Sequence[str] = ()
    """For the lexical ranking; without any, the dense ranking decides alone."""
    preferred_lexemes: Sequence[str] = ()
    """Products that mention more of these go before all others that pass the filters."""
    exclude_ids: Sequence[str] = ()
    limit: int
    order: Order = "relevance"
    spread: bool = False
    preferred_genders: Sequence[str] = ()
    """Products of these go before all others that pass the filters."""
    preferred_kinds: Sequence[str] = ()
    """Attributes; products with any of them go before all others that pass the filters."""
    anchor_price: Decimal | None = None
    """INR; of products that look alike, the one nearer to this price goes first."""


@dataclass(frozen=True)
class Found:
    """`total` products pass the filters, of which `hits` are the best."""

    hits: list[Hit]
    total: int


@dataclass(frozen=True)
class Understanding:
    """What words mean in this catalogue. Stop words mean nothing."""

    lexemes: list[str]
    """As the full text search knows them; those of the corrected word where there is one."""
    lexeme_of: dict[str, str]
    """The lexeme of each word that has one."""
    corrections: dict[str, str]
    """Mistyped words, and what was meant."""
    unknown_words: list[str]
    """Words that no product mentions, not even nearly."""


@dataclass(frozen=True)
class Source:
    """A product that others shall be similar to."""

    product_id: str
    category: str
    gender: Gender
    price: Decimal
    kinds: Sequence[str]
    """The sub-types of its category that it is of."""
    embedding: Vector


class ProductStore(Protocol):
    """Every method raises CatalogueUnavailable, or CatalogueEmpty where nothing was ever loaded."""

    def understand(self, words: Sequence[str]) -> Understanding: ...

    def find(self, question: Question) -> Found: ...

    def sources(self, product_ids: Sequence[str]) -> list[Source]:
        """Those that are sold, in the order given."""

    def products(self, product_ids: Sequence[str]) -> list[Product]:
        """Those that are sold, in the order given."""

    def summary(self, filters: Filters) -> SummaryReply:
        """Figures over all that pass the filters."""

    def facets(self) -> FacetsReply: ...


class PostgresProductStore:
    """A ProductStore on one connection, opened at the first need and again whenever it was lost.

    `statement` gives the SQL by its name; the ranking's benchmark compares it with variants.
    """

    def __init__(self, connect: Callable[[], Connection], statement: Callable[[str], str] = read_sql) -> None:
        self._connect = connect
        self._statement = statement
        self._connection: Connection | None = None

    def understand(self, words: Sequence[str]) -> Understanding:
        rows = self._rows("understand", {"words": list(words)})
        return Understanding(
            lexemes=list(dict.fromkeys(row["lexeme"] for row in rows if row["lexeme"])),
            lexeme_of={row["word"]: row["lexeme"] for row in rows if row["lexeme"]},
            corrections={row["word"]: row["nearest"] for row in rows if row["nearest"]},
            unknown_words=[
                row["word"] for row in rows if not row["lexeme"] and _NAMEABLE.fullmatch(row["word"])
            ],
        )

    def find(self, question: Question) -> Found:
        rows = self._rows("retrieve", _parameters(question))
        if not rows[0]["loaded"]:
            raise CatalogueEmpty("No catalogue has been loaded yet.")
        hits = [
            Hit(product=_product(row), score=min(1.0, row["score"]))
            for row in rows
            if row["product_id"] is not None
        ]
        return Found(hits, rows[0]["total"])

    def sources(self, product_ids: Sequence[str]) -> list[Source]:
        found = {row["product_id"]: row for row in self._rows("sources", {"product_ids": list(product_ids)})}
        return [_source(found[key]) for key in product_ids if key in found]

    def products(self, product_ids: Sequence[str]) -> list[Product]:
        return [_product(row) for row in self._rows("products", {"product_ids": list(product_ids)})]

    def summary(self, filters: Filters) -> SummaryReply:
        row = self._rows("summary", _filter_parameters(filters))[0]
        if not row.pop("loaded"):
            raise CatalogueEmpty("No catalogue has been loaded yet.")
        return SummaryReply.model_validate(row)

    def facets(self) -> FacetsReply:
        row = self._rows("facets", {"max_words": MAX_FACET_WORDS})[0]
        if row["catalogue_version"] is None:
            raise CatalogueEmpty("No catalogue has been loaded yet.")
        return FacetsReply.model_validate(row)

    def _rows(self, statement: str, parameters: Mapping[str, object]) -> list[dict[str, Any]]:
        """Reads once more on a new connection when the old one turns out to be dead."""
        had_connection = self._connection is not None
        try:
            try:
                return self._read(statement, parameters)
            except _LOST:
                if not had_connection or not self._lost():
                    raise
                return self._read(statement, parameters)
        except psycopg2.errors.UndefinedTable as error:
            raise CatalogueEmpty("No catalogue has been loaded yet.") from error
        except _LOST as error:
            self._lost()
            raise CatalogueUnavailable("The catalogue's database does not answer.") from error

    def _read(self, statement: str, parameters: Mapping[str, object]) -> list[dict[str, Any]]:
        if self._connection is None:
            self._connection = self._connect()
        with self._connection.cursor(cursor_factory=RealDictCursor) as cursor:
            cursor.execute(
                self._statement(statement), {key: _storable(value) for key, value in parameters.items()}
            )
            return [dict(row) for row in cursor.fetchall()]

    def _lost(self) -> bool:
        """Whether the connection is gone; if so, it is forgotten."""
        if self._connection is not None and self._connection.closed:
            self._connection = None
        return self._connection is None


def _storable(value: object) -> object:
    """Without NUL, which no text in Postgres holds and psycopg2 therefore refuses."""
    if isinstance(value, list):
        return [_storable(element) for element in value]
    return value.replace("\0", "") if isinstance(value, str) else value


def _filter_parameters(filters: Filters) -> dict[str, object]:
    colors = [color.lower() for color in filters.colors]
    return {
        **filters.model_dump(),
        "brands": [brand.lower() for brand in filters.brands],
        "not_brands": [brand.lower() for brand in filters.not_brands],
        "colors": colors,
        "colors_and_kin": _with_kin(colors),
        "color_groups": [EITHER.join(_with_kin([color])) for color in colors] if filters.every_color else [],
        "attributes": [name for name in filters.attributes if EITHER not in name],
        "either_attributes": [name for name in filters.attributes if EITHER in name],
        # Whoever wants no blue wants no navy either, unless they asked for it.
        "not_colors": [color for color in _with_kin(filters.not_colors) if color not in colors],
    }


def _parameters(question: Question) -> dict[str, object]:
    return {
        **_filter_parameters(question.filters),
        "embedding": HalfVector(question.embedding).to_text(),
        "lexemes": list(question.lexemes),
        "preferred_lexemes": list(question.preferred_lexemes),
        "exclude_ids": list(question.exclude_ids),
        "limit": question.limit,
        "category_depth": CATEGORY_DEPTH,
        # By price or in turns any product may come first; by relevance only these can.
        "depth": RANKING_DEPTH if question.order == "relevance" and not question.spread else None,
        "order": question.order,
        "spread": question.spread,
        # Whoever names a brand wants no other, and a list by price leaves nothing out.
        "vary_brands": question.order == "relevance" and not question.filters.brands,
        "preferred_genders": list(question.preferred_genders),
        "preferred_kinds": list(question.preferred_kinds),
        "anchor_price": question.anchor_price,
    }


def _with_kin(colors: Sequence[str]) -> list[str]:
    return [shade for color in colors for shade in (color.lower(), *color_kin(color.lower()))]


def _product(row: Mapping[str, Any]) -> Product:
    return Product(**{column: row[column] for column in Product.model_fields if column in row})


def _source(row: Mapping[str, Any]) -> Source:
    return Source(
        product_id=row["product_id"],
        category=row["category"],
        gender=row["gender"],
        price=row["price"],
        kinds=[attribute for attribute in row["attributes"] if is_kind(attribute)],
        embedding=HalfVector.from_text(row["embedding"]).to_numpy().astype(np.float32),
    )
