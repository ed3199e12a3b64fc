"""What `make bench-search` and `make bench-engines` make of what they measured."""

from collections.abc import Sequence

import numpy as np
import pytest

from apparel.contracts import SearchRequest
from scripts.bench_engines import measure as measure_engines
from scripts.bench_engines import summary
from scripts.bench_search import figures, measure
from scripts.engines.engine import DEPTH, Facts, Items, Query
from scripts.engines.page import engines as engines_page
from scripts.warm_search.asked import Asked
from scripts.warm_search.page import warm_search

RECORD = {
    "machine": {"cores": 2, "cpu": "a processor"},
    "commit": "0123456789",
    "uncommitted_changes": False,
    "measured_at": "2026-11-27T20:00:00+00:00",
}
FACTS = Facts("by columns", "none", "yes", "a file")


def test_both_ways_are_asked_every_question_and_the_first_round_does_not_count() -> None:
    order: list[str] = []

    def way(name: str, seconds: float) -> object:
        def search(asked: Asked) -> dict[str, float]:
            order.append(f"{name} {asked.text}")
            return {"whole": seconds}

        return search

    questions = [Asked(text, SearchRequest(text=text)) for text in ("a", "b")]
    taken = measure({"ours": way("ours", 1.0), "theirs": way("theirs", 2.0)}, questions, rounds=2)  # type: ignore[dict-item]
    assert {name: len(searches) for name, searches in taken.items()} == {"ours": 4, "theirs": 4}
    assert order[:4] == ["theirs a", "ours a", "ours b", "theirs b"], "they take turns in being first"


def test_ratios_are_of_medians_and_of_the_same_question() -> None:
    ours = [{"whole": 0.01}, {"whole": 0.02}, {"whole": 0.03}]
    theirs = [
        {"whole": 0.06, "connect": 0.02},
        {"whole": 0.08, "connect": 0.02},
        {"whole": 0.09, "connect": 0.02},
    ]
    found = figures({"ours": ours, "article": theirs})
    assert found["ratios"] == {"article": {"p50": 4.0, "same_question": 4.0, "p50_with_connecting": 5.0}}


def test_the_page_shows_each_part_of_a_search() -> None:
    part = {"p50_ms": 1.23, "p99_ms": 4.56}
    ours = dict.fromkeys(("tokenise", "embed", "understand", "retrieve", "rest", "whole"), part)
    ratios = {"article": {"p50": 6.54, "same_question": 7.0, "p50_with_connecting": 8.0}}
    figures_of_run = {
        "catalogue": "shop.csv", "products": 12_491, "searches": 300, "our_threads": 1, "torch_threads": 2,
        "ways": {"ours": ours, "article": {"embed": part, "sql": part, "whole": part}}, "ratios": ratios,
    }  # fmt: skip
    page = warm_search({"search": {"figures": figures_of_run, **RECORD}})
    assert "| tokenise | 1.2 | 4.6 |  |  |" in page
    assert "| article, 2 threads | 6.5 | 7.0 | 8.0 |" in page


class Half:
    """Finds every other of the nearest."""

    name = "half"
    facts = FACTS

    def __init__(self, items: Items) -> None:
        self._items = items

    def nearest(self, query: Query) -> Sequence[int]:
        return [int(place) for place in np.argsort(-(self._items.vectors @ query.vector))[: 2 * DEPTH : 2]]

    def nearest_of_kind(self, query: Query) -> Sequence[int]:
        return [int(place) for place in self._items.of_kind[query.category, query.gender]]


def items(number: int = 200) -> Items:
    vectors = np.random.default_rng(3).normal(size=(number, 8)).astype(np.float32)
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    categories = ["saree" if place < 4 else "shirt" for place in range(number)]
    return Items(vectors, categories, ["Women"] * number)


def test_recall_is_the_share_of_the_exact_ten() -> None:
    held = items()
    found = measure_engines(
        [Half(held)], held, [Query(held.vectors[7], "shirt", "Women")] * 3, filtered=False
    )
    assert [recall for recall, _ in found["half"]] == pytest.approx([0.5] * 3)


def test_of_fewer_than_ten_products_all_can_be_found() -> None:
    held = items()
    found = measure_engines([Half(held)], held, [Query(held.vectors[7], "saree", "Women")] * 3, filtered=True)
    assert summary(found["half"])["recall_at_10"] == 1.0


def test_the_page_says_why_an_engine_is_not_there() -> None:
    row = {
        "recall_at_10": 0.981, "p50_ms": 1.0, "p99_ms": 2.0, "build_seconds": 1.0,
        "filters": "by columns", "full_text": "none", "transactions": "yes", "persistence": "a file",
        "filtered": {"recall_at_10": 1.0, "p50_ms": 0.5, "p99_ms": 0.9},
    }  # fmt: skip
    figures_of_run = {
        "catalogue": "shop.csv", "products": 12_491, "questions": 200, "engines": {"half": row},
        "hnsw": {"m": 16, "ef_construction": 128, "ef_search": 100}, "ivfflat": {"lists": 112, "probes": 10},
        "left_out": {"hnswlib": "No module named 'hnswlib'"},
    }  # fmt: skip
    page = engines_page({"engines": {"figures": figures_of_run, **RECORD}})
    assert "| half | 0.981 | 1.00 | 2.00 | 1.000 | 0.50 | 0.90 | by columns | none | yes | a file |" in page
    assert "Left out: hnswlib: No module named 'hnswlib'" in page
