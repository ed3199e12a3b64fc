"""Which products of a large catalogue a question looks at, before they are ranked.

A small catalogue has no vector index, and every question looks at all products that pass its filters: exact,
and fast enough. In a large one that would take seconds. There, by the planner's estimate of how many pass:

* few: all of them are looked at, as in a small catalogue;
* many: the nearest of them, and the nearest of those that meet every preference or mention every word,
  each found by whichever is faster, an exact scan or the index; by price, the first in the price's index.

The constants come from experiments by hand with a million made-up products, beside other work on the same
machine; `make bench-catalogue SIZE=1000000` shows what they do, and has not run on a quiet one yet.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from apparel.contracts import EITHER
from embed_search.question import CATEGORY_DEPTH, Question, filter_parameters, halfvec_text

Parameters = Mapping[str, object]
Rows = Callable[[str, Parameters], list[dict[str, Any]]]
"""Runs a statement of `sql/` by its name."""

EXACT_ROWS = 20_000
"""As many products are ranked without choosing candidates first."""
NEAREST = 100
"""Candidates of each kind: enough to pass over copies, of twenty that are shown. 200 take twice as long where
few of the nearest pass the filters."""
FULL_ENOUGH = 0.5
"""If the index gives less than this share of what it was asked for, all products in scope are looked at."""
INDEX_STEPS = 8
"""The index takes as long for one text as an exact scan for so many products."""


@dataclass(frozen=True)
class VectorIndex:
    embedder: str
    products: int
    """All that the catalogue holds."""


@dataclass(frozen=True)
class Scope:
    """A part of the products that a question is about, as the parameters of sql/large/scope.sql."""

    parameters: Parameters
    estimate: int
    """How many products that is, by the planner's statistics."""


def candidates(
    question: Question, index: VectorIndex, rows: Rows, exact_rows: int = EXACT_ROWS
) -> list[str] | None:
    """Product ids, in no order; None where all that pass the filters are to be looked at."""
    search = _Search(question, index, rows)
    whole = search.scope()
    if whole.estimate <= exact_rows:
        return None
    if question.order != "relevance":
        return search.first_by_price(whole)
    if question.spread:
        in_turns = [search.scope(categories=[category]) for category in question.filters.categories]
        return [key for part in in_turns or [whole] for key in search.nearest(part, CATEGORY_DEPTH)]
    found: dict[str, None] = {}
    for preferences in [*_preferences(question), {}]:
        # What meets more preferences goes before all else: when these fill the ranking, nothing else can.
        met = search.nearest(search.scope(**preferences) if preferences else whole, NEAREST)
        found.update(dict.fromkeys(met))
        if question.lexemes:
            every_word = _all_of([*question.lexemes, *question.preferred_lexemes])
            matching = search.scope(**{**preferences, "must_match": every_word})
            found.update(dict.fromkeys(search.nearest(matching, NEAREST)))
        if len(met) >= NEAREST:
            break
    return list(found)


class _Search:
    """The statements that one question needs."""

    def __init__(self, question: Question, index: VectorIndex, rows: Rows) -> None:
        self._index, self._rows = index, rows
        self._parameters: Parameters = {
            **filter_parameters(question.filters),
            "exclude_ids": list(question.exclude_ids),
            "must_match": None,
            "embedding": halfvec_text(question.embedding),
            "embedder": index.embedder,
            "order": question.order,
        }

    def scope(self, **narrower: object) -> Scope:
        parameters = {**self._parameters, **narrower}
        (row,) = self._rows("large/estimate", parameters)
        return Scope(parameters, row["QUERY PLAN"][0]["Plan"]["Plan Rows"])

    def nearest(self, scope: Scope, depth: int) -> list[str]:
        if scope.estimate**2 > INDEX_STEPS * depth * self._index.products:
            found = self._ids("large/nearest_indexed", scope, depth)
            # The index gives up early where few of the nearest texts' products are in scope.
            if len(found) >= depth * FULL_ENOUGH:
                return found
        return self._ids("large/nearest_exact", scope, depth)

    def first_by_price(self, scope: Scope) -> list[str]:
        return self._ids("large/cheapest", scope, NEAREST)

    def _ids(self, statement: str, scope: Scope, depth: int) -> list[str]:
        return [row["product_id"] for row in self._rows(statement, {**scope.parameters, "depth": depth})]


def _preferences(question: Question) -> list[dict[str, object]]:
    """What retrieve.sql makes a tier of, as narrower filters: all preferences, then without the one that
    weighs least, and so on; at the end any of the words. Empty where nothing is preferred."""
    filters = question.filters
    words, colors = question.preferred_lexemes, [color.lower() for color in filters.colors]
    either = [name for name in filters.attributes if EITHER in name]
    by_weight: list[dict[str, object]] = []
    if words:
        by_weight.append({"must_match": _all_of(words)})
    if question.preferred_kinds:
        by_weight.append({"either_attributes": [*either, EITHER.join(question.preferred_kinds)]})
    if question.preferred_genders:
        by_weight.append({"genders": list(question.preferred_genders)})
    if colors:
        by_weight.append({"colors_and_kin": colors, "color_groups": colors if filters.every_color else []})
    levels = [
        {name: value for preference in by_weight[:kept] for name, value in preference.items()}
        for kept in range(len(by_weight), 0, -1)
    ]
    return [*levels, {"must_match": _any_of(words)}] if len(words) > 1 else levels


def _all_of(lexemes: Sequence[str]) -> str:
    return " & ".join(map(_quoted, lexemes))


def _any_of(lexemes: Sequence[str]) -> str:
    return " | ".join(map(_quoted, lexemes))


def _quoted(lexeme: str) -> str:
    """As a tsquery has it."""
    doubled = lexeme.replace("\\", "\\\\").replace("'", "''")
    return f"'{doubled}'"
