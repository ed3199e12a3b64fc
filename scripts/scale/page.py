"""The tables of docs/PERFORMANCE.md about catalogues of several sizes, from `make bench-catalogue`."""

from collections.abc import Callable, Sequence

from scripts.performance_tables import Record, Records, Row, markdown, origin

_NOT_KINDS = ("other calls", "all filtered")


def catalogue(records: Records) -> str:
    """One column for each size, the smallest first."""
    found = [{**record["figures"], "commit": record["commit"][:8]} for record in records.values()]
    by_size = sorted(found, key=lambda one: one["products"])
    newest = max(records.values(), key=lambda record: str(record["measured_at"]))
    parts = [f"{origin(newest)}.", markdown(_loads(by_size)), markdown(_searches(by_size))]
    compared = [one for one in by_size if "faster_than_sentence_transformers" in one["load"]]
    if compared:
        parts.append(_against_torch(compared[-1]))
    large = by_size[-1]
    if "vectors" in large:
        parts += [_ratio(large), markdown(_vectors(large["vectors"]))]
    return "\n\n".join(parts)


def _loads(by_size: Sequence[Record]) -> list[Row]:
    def row(what: str, of: Callable[[Record], object]) -> Row:
        return (what, *(of(one) for one in by_size))

    def seconds(name: str) -> Callable[[Record], object]:
        return lambda one: f"{one['load'][name]:,.1f}"

    return [
        row("products", lambda one: f"{one['products']:,}"),
        row("measured at commit", lambda one: one["commit"]),
        row("names and vectors", lambda one: "real" if one["file"] != "made up" else "made up"),
        row("loaded from nothing, s", seconds("seconds")),
        row("of these embedding or making vectors", seconds("embedding_seconds")),
        row("classifying", seconds("describing_seconds")),
        row("building the vector index", seconds("vector_index_seconds")),
        row("the database", seconds("database_seconds")),
        row("MB on disk", lambda one: f"{sum(one['mb_on_disk'].values()):,.0f}"),
        row("of these the vector index", lambda one: f"{_index_mb(one):,.0f}"),
        row("ACU that hold all of it in memory", lambda one: one["in_aurora"]["acu"]),
        row("USD a month, always awake", lambda one: f"{one['in_aurora']['usd_a_month_awake']:,}"),
    ]


def _index_mb(one: Record) -> float:
    return float(sum(mb for name, mb in one["mb_on_disk"].items() if name.startswith("embedding_hnsw")))


def _searches(by_size: Sequence[Record]) -> list[Row]:
    head: list[object] = ["search by, ms: p50 / p99 (recall@10 of the ranking; by meaning alone)"]
    rows: list[Row] = [(*head, *(f"{one['products']:,}" for one in by_size))]
    kinds = [kind for kind in by_size[0]["search"] if kind not in _NOT_KINDS]
    rows += [(kind, *(_search(one["search"].get(kind)) for one in by_size)) for kind in kinds]
    rows.append(("all that filter", *(_search(one["search"]["all filtered"]) for one in by_size)))
    lists = [one["search"]["1 % by price"]["fewest_hits"] for one in by_size]
    rows.append(("of 10 asked for, the shortest list of 1 %", *lists))
    calls = by_size[0]["search"]["other calls"]
    return rows + [
        (f"{call}", *(one["search"]["other calls"].get(call, "") for one in by_size)) for call in calls
    ]


def _search(found: Record | None) -> str:
    if not found:
        return ""
    recalls = [f"{found[name]:.2f}" for name in ("recall_at_10", "recall_at_10_by_meaning") if name in found]
    recall = f" ({'; '.join(recalls)})" if recalls else ""
    return f"{found['p50_ms']:.0f} / {found['p99_ms']:.0f}{recall}"


def _against_torch(one: Record) -> str:
    load, changes = one["load"], one["changes"]
    again, prices = changes["identical"], changes["prices only"]
    return (
        f"{one['products']:,} products of `{one['file']}` were loaded from nothing "
        f"{load['faster_than_sentence_transformers']} times as fast as sentence-transformers on torch embeds "
        f"their names. The same file again took {again['seconds']:.1f} s, all prices changed "
        f"{prices['seconds']:.1f} s, with {again['embedded'] + prices['embedded']} embeddings."
    )


def _ratio(one: Record) -> str:
    return (
        "In turns with a made-up catalogue of 12,491 products in the same run, the p99 of filtered searches "
        f"over {one['products']:,} is {one['filtered_p99_ratio']} times as long."
    )


def _vectors(found: Record) -> list[Row]:
    ways = ("real", "made")
    rows: list[Row] = [(f"vectors of the same {found['names']:,} names", *ways)]
    for what, name in (("a name's", "cosine_to_neighbour"), ("a question's", "cosine_of_query_to_neighbour")):
        ranks = found["real"][name]
        rows += [
            (f"{what} median cosine to neighbour {rank}", *(found[way][name][rank] for way in ways))
            for rank in ranks
        ]
    rows.append(("recall@10 of HNSW as it comes", *(found[way]["hnsw_recall_at_10"] for way in ways)))
    return [*rows, ("its p50, ms", *(found[way]["hnsw_p50_ms"] for way in ways))]
