"""Which products of a large catalogue a question looks at, before they are ranked.

A small catalogue has no vector index, and every question looks at all products that pass its filters: exact,
and fast enough. In a large one that would take seconds. There, by the planner's estimate of how many pass:

* few: all of them are looked at, as in a small catalogue;
* many: what comes first in either of the two rankings that retrieve.sql fuses, as deep as it reads them. For
  the dense one these are the nearest, and the nearest of those that meet every preference, each found by
  whichever is faster, an exact scan or the index; for the lexical one those whose names hold the most words.
  By price, the first in the price's index.

The constants come from a million made-up products on two cores, warm (scripts/scale; docs/PERFORMANCE.md has
the figures of `make bench-catalogue SIZE=1000000`). They are ratios, and so hold on faster machines too.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from apparel.contracts import EITHER
from embed_search.question import (
    CATEGORY_DEPTH,
    RANKING_DEPTH,
    Question,
    filter_parameters,
    halfvec_text,
)
from embed_search.word_queries import all_of, any_of, both, some_of

Parameters = Mapping[str, object]
Rows = Callable[[str, Parameters], list[dict[str, Any]]]
"""Runs a statement of `sql/` by its name."""

EXACT_ROWS = 20_000
"""As many products are ranked without choosing candidates first, which would take as long."""
CANDIDATES = RANKING_DEPTH
"""For each ranking. With 100 for the dense one the index is quicker where few of the nearest pass the
filters, but what only the lexical one knows gets another place than in the exact ranking."""
ENOUGH = CANDIDATES // 8
"""Where the index gives up with fewer, all products in scope are looked at; with so many that match the words
better than all others the search for more ends. With 10 the first ten are not always those of the exact
ranking."""
INDEX_STEPS = 5
"""The index takes as long for one text as an exact scan for so many products."""
MATCHING_ROWS = 10_000
"""So many products are ranked by their words; of more that hold as many words the nearest are taken."""
UNDERESTIMATED = 20
"""So many times as many names hold certain words as the planner's statistics say, which know nothing of words
that go together ("slim fit")."""
COMBINED_WORDS = 8
"""Any seven or six of eight words are a condition; of more words it would be too long a one."""


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
    words = search.commonest(question.lexemes)
    found: dict[str, None] = {}
    for preferences in [*_preferences(question), {}]:
        # What meets more preferences goes before all else: when these fill the ranking, nothing else can.
        met = search.nearest(search.scope(**preferences) if preferences else whole, CANDIDATES)
        found.update(dict.fromkeys(met))
        found.update(dict.fromkeys(search.best_matching(words, preferences)))
        if len(met) >= CANDIDATES:
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
            "name_match": None,
            "words": any_of(question.lexemes),
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
            if len(found) >= min(depth, ENOUGH):
                return found
        return self._ids("large/nearest_exact", scope, depth)

    def best_matching(self, words: Sequence[str], preferences: Mapping[str, object]) -> list[str]:
        """The first of the lexical ranking. In a name a word counts as much as ten in the description: those
        whose names hold all words come first, then all but one, until there are enough. Where that would be
        very many, those among them that mention the most words anywhere, and at last the nearest."""
        conditions = [some_of(words, number) for number in range(len(words), 0, -1)]
        named = [{**preferences, "name_match": condition} for condition in conditions]
        found, crowded = self._from_the_top(named)
        if len(found) >= ENOUGH or crowded is None:
            return found
        preferred, crowd = preferences.get("must_match"), named[crowded]
        mentioned = [
            {**crowd, "must_match": both(preferred, condition)} for condition in conditions[:crowded]
        ]
        more, _ = self._from_the_top(mentioned)
        if len(more) < ENOUGH:
            more += self.nearest(self.scope(**crowd), CANDIDATES)
        return found + more

    def _from_the_top(self, levels: Sequence[Mapping[str, object]]) -> tuple[list[str], int | None]:
        """The best matching of the first level that holds enough, each of which holds all of the one before;
        and the place of the first that holds too many to look at, if it came to that."""
        found: list[str] = []
        unread: Scope | None = None
        crowded = None
        for place, level in enumerate(levels):
            scope = self.scope(**level)
            if scope.estimate > MATCHING_ROWS:
                crowded = place
                break
            unread = scope
            if scope.estimate >= ENOUGH / UNDERESTIMATED:
                found, unread = self._ids("large/matching", scope, CANDIDATES), None
                if len(found) >= ENOUGH:
                    break
        return (self._ids("large/matching", unread, CANDIDATES) if unread else found), crowded

    def commonest(self, lexemes: Sequence[str]) -> list[str]:
        """At most COMBINED_WORDS, those that most products mention: what is in no name at all, like much of
        a story, would only widen the search."""
        if len(lexemes) <= COMBINED_WORDS:
            return list(lexemes)
        rows = self._rows("large/commonest", {"lexemes": list(lexemes), "number": COMBINED_WORDS})
        return [row["lexeme"] for row in rows]

    def first_by_price(self, scope: Scope) -> list[str]:
        return self._ids("large/cheapest", scope, CANDIDATES)

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
        by_weight.append({"must_match": all_of(words)})
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
    return [*levels, {"must_match": any_of(words)}] if len(words) > 1 else levels
