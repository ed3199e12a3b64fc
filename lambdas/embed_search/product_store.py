"""The catalogue in Postgres, behind a Protocol."""

import re
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Protocol

import numpy as np
import psycopg2
from pgvector import HalfVector
from psycopg2.extras import RealDictCursor

from apparel.contracts import FacetsReply, Filters, Hit, SummaryReply
from apparel.product import Gender, Product
from apparel.taxonomy import is_kind
from embed_search.candidates import EXACT_ROWS, VectorIndex, candidates
from embed_search.errors import CatalogueEmpty, CatalogueUnavailable
from embed_search.own_vectors import OwnVectors
from embed_search.postgres import Connection, read_sql
from embed_search.question import Question, Vector, filter_parameters, parameters

MAX_FACET_WORDS = 20_000

INDEX_KNOWN_S = 60.0
"""For so long it is taken for known whether the catalogue has a vector index."""

# Numbers and scraps are no words that a reply should complain about.
_NAMEABLE = re.compile(r"[a-z]{3,}")

# What a connection that has died raises, also in mid-statement.
_LOST = (psycopg2.OperationalError, psycopg2.InterfaceError)


@dataclass(frozen=True)
class Found:
    """`total` products pass the filters, of which `hits` are the best; or more than that, where nobody asked
    for the count."""

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

    `statement` gives the SQL by its name; the ranking's benchmark compares it with variants. `model` is the
    one that embeds the questions (`embedder.model_of`); without it the published one is taken for that.
    """

    def __init__(
        self,
        connect: Callable[[], Connection],
        statement: Callable[[str], str] = read_sql,
        exact_rows: int = EXACT_ROWS,
        model: str | None = None,
    ) -> None:
        self._connect = connect
        self._statement = statement
        self._exact_rows = exact_rows
        self._vectors = OwnVectors(model)
        self._connection: Connection | None = None
        self._index: VectorIndex | None = None
        self._look_again = 0.0

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
        rows, chosen = self._ranked(question)
        if self._vectors.changed(rows):
            self._look_again = 0.0
            rows, chosen = self._ranked(question)
        self._vectors.expect(rows[0]["loaded"])
        if not rows[0]["loaded"]:
            raise CatalogueEmpty("No catalogue has been loaded yet.")
        hits = [
            Hit(product=_product(row), score=min(1.0, row["score"]))
            for row in rows
            if row["product_id"] is not None
        ]
        total = rows[0]["total"]
        if chosen is not None and question.count:
            (counted,) = self._rows("large/count", parameters(question))
            total = counted["total"]
        return Found(hits, total)

    def _ranked(self, question: Question) -> tuple[list[dict[str, Any]], list[str] | None]:
        """The rows of retrieve.sql, and the candidates that they were chosen from."""
        index = self._vector_index()
        chosen = candidates(question, index, self._rows, self._exact_rows) if index else None
        return self._rows("retrieve", {**parameters(question), "candidates": chosen}), chosen

    def sources(self, product_ids: Sequence[str]) -> list[Source]:
        asked = {"product_ids": list(product_ids)}
        rows = self._rows("sources", asked)
        if self._vectors.changed(rows):
            rows = self._rows("sources", asked)
        found = {row["product_id"]: row for row in rows}
        return [_source(found[key]) for key in product_ids if key in found]

    def products(self, product_ids: Sequence[str]) -> list[Product]:
        return [_product(row) for row in self._rows("products", {"product_ids": list(product_ids)})]

    def summary(self, filters: Filters) -> SummaryReply:
        row = self._rows("summary", filter_parameters(filters))[0]
        if not row.pop("loaded"):
            raise CatalogueEmpty("No catalogue has been loaded yet.")
        return SummaryReply.model_validate(row)

    def facets(self) -> FacetsReply:
        row = self._rows("facets", {"max_words": MAX_FACET_WORDS})[0]
        if row["catalogue_version"] is None:
            raise CatalogueEmpty("No catalogue has been loaded yet.")
        return FacetsReply.model_validate(row)

    def _vector_index(self) -> VectorIndex | None:
        """Looked up once a minute: a catalogue seldom becomes large."""
        if time.monotonic() >= self._look_again:
            row = next(iter(self._rows("large/index", {})), None)
            self._index = VectorIndex(**row) if row else None
            self._look_again = time.monotonic() + INDEX_KNOWN_S
        return self._index

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
            values = {**parameters, "model": self._vectors.model}
            cursor.execute(
                self._vectors.statement(statement, self._statement(statement)),
                {key: _storable(value) for key, value in values.items()},
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
