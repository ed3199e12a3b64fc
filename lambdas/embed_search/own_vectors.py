"""Whose vectors a question is held against: those of the model that has embedded it, whatever is published.

When a deploy brings another model, the catalogue is published by it before the search changes over. Until
then the search of the old model goes on with the vectors of the old one, which `embedding` keeps: a little
slower, and never with vectors that mean something else.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from embed_search.embedder import model_of
from embed_search.errors import CatalogueUnavailable
from embed_search.postgres import read_sql

BY_VECTOR = frozenset({"retrieve", "sources", "large/nearest_exact", "large/matching"})
"""The statements that read vectors from `product`."""


class OwnVectors:
    """What one search has seen of the published model. `model` is its own; None stands for the published one,
    whichever that is."""

    def __init__(self, model: str | None) -> None:
        self.model = model
        self._elsewhere = False

    def statement(self, name: str, sql: str) -> str:
        """The statement that reads our vectors; it wants %(model)s."""
        if self.model is None or name not in BY_VECTOR:
            return sql
        return read_sql("own_vectors" if self._elsewhere else "published_vectors").replace("{statement}", sql)

    def changed(self, rows: Sequence[Mapping[str, Any]]) -> bool:
        """Whether these rows were read by vectors that are not ours, or no longer the long way round is
        needed: read them again. What was published before there was a note of it is taken for ours."""
        if self.model is None or not rows:
            return False
        published = rows[0]["published"]
        elsewhere = published is not None and model_of(published) != self.model
        changed, self._elsewhere = elsewhere != self._elsewhere, elsewhere
        return changed

    def expect(self, found: bool) -> None:
        """Raises CatalogueUnavailable where nothing was found because we have no vectors."""
        if self._elsewhere and not found:
            raise CatalogueUnavailable("The catalogue is not embedded by this search's model yet.")
