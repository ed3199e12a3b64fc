"""The tables of `make bench-catalogue`."""

from collections.abc import Iterator, Sequence
from typing import Any

from scripts import results
from scripts.scale.validity import RANKS

_LOAD = {
    "loaded": "products",
    "embedded": "texts embedded",
    "seconds": "seconds",
    "reading_seconds": "of these, reading the file",
    "describing_seconds": "classifying",
    "embedding_seconds": "embedding",
    "vector_index_seconds": "building the vector index",
    "database_seconds": "the database's share",
    "sentence_transformers_seconds": "sentence-transformers on torch would take",
    "faster_than_sentence_transformers": "so many times as fast",
}
_SEARCH = ("p50_ms", "p99_ms", "exact_p50_ms", "recall_at_10", "recall_at_10_by_meaning", "fewest_hits")


def report(figures: dict[str, Any]) -> Iterator[str]:
    """All that was measured, for people."""
    loads = {"from nothing": figures["load"], **figures.get("changes", {})}
    yield results.table(
        [(f"Load of {figures['file']}", *loads)]
        + [
            (what, *(_short(load.get(name, "")) for load in loads.values()))
            for name, what in _LOAD.items()
            if any(name in load for load in loads.values())
        ]
    )
    on_disk = figures["mb_on_disk"]
    yield "\n" + results.table(
        [("MB on disk", ""), ("in all", round(sum(on_disk.values()))), *on_disk.items()]
    )
    yield "\n" + results.table([("All of it in Aurora's memory", ""), *figures["in_aurora"].items()])
    for name, found in figures.items():
        if name.startswith("search"):
            yield "\n" + results.table(_search(name.replace("_", " "), found))
            yield "\n" + results.table([("Other calls, ms", ""), *found["other calls"].items()])
    if "vectors" in figures:
        yield "\n" + results.table(_vectors(figures["vectors"]))
        yield f"\np99 of filtered searches against the small catalogue: {figures['filtered_p99_ratio']} times"


def _search(title: str, found: dict[str, Any]) -> list[Sequence[object]]:
    return [(title, *_SEARCH)] + [
        (kind, *(values.get(column, "") for column in _SEARCH))
        for kind, values in found.items()
        if kind != "other calls"
    ]


def _vectors(found: dict[str, Any]) -> list[Sequence[object]]:
    ways = ("real", "made")
    rows: list[Sequence[object]] = [
        (f"Vectors of {found['names']:,} names, {found['queries']} queries", *ways),
        ("share of the variance explained by words", "", found["variance_explained"]),
    ]
    for what, name in (("a name's", "cosine_to_neighbour"), ("a query's", "cosine_of_query_to_neighbour")):
        rows += [
            (f"{what} median cosine to neighbour {rank}", *(found[way][name][str(rank)] for way in ways))
            for rank in RANKS
        ]
    names = ("hnsw_recall_at_10", "hnsw_p50_ms", "hnsw_p99_ms", "hnsw_build_s")
    return rows + [(name.replace("_", " "), *(found[way][name] for way in ways)) for name in names]


def _short(value: float | str) -> str:
    return f"{value:,.1f}" if isinstance(value, float) else f"{value:,}" if isinstance(value, int) else value
