"""`make bench-engines`: our products in pgvector, and in what others would pick instead of it.

Every engine holds the same vectors (those of the catalogue, which keeps them in 16 bits, as numbers of 32)
and gets the judged questions' vectors in turn, in one thread: the ten nearest, and the ten nearest of one
category and gender. A product counts as found if it is as near as the tenth of the exact answer in 32 bits,
for names that two products share make equal vectors. An engine whose package is not there is left out, with
the reason.
Writes build/results/engines.json, of which `make performance` makes a table, and docs/images/engines.svg.
"""

import argparse
import os

# Before numpy: qdrant's local mode multiplies with it.
os.environ.update(OPENBLAS_NUM_THREADS="1", OMP_NUM_THREADS="1")

import statistics
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import closing
from dataclasses import asdict
from pathlib import Path
from typing import Any

import numpy as np
import psycopg2
from pgvector import HalfVector

from embed_search.embedder import OnnxEmbedder
from scripts import results
from scripts.engines.engine import DEPTH, EF_CONSTRUCTION, EF_SEARCH, LISTS, PROBES, Engine, Items, M, Query
from scripts.engines.libraries import Faiss, Hnswlib
from scripts.engines.pgvector_engines import Pgvector
from scripts.engines.plot import plot
from scripts.engines.stores import Chroma, Qdrant, SqliteVec
from scripts.warm_search.asked import judged
from scripts.warm_search.catalogue import Catalogue, measured_catalogue

WARM = 5
AS_NEAR = 1e-6
PICTURE = results.ROOT / "docs" / "images" / "engines.svg"
Found = dict[str, list[tuple[float, float]]]
"""Of each engine, for each query: recall, and seconds."""


def read_items(url: str) -> Items:
    with closing(psycopg2.connect(url)) as connection, connection.cursor() as cursor:
        cursor.execute("SELECT category, gender, embedding::text FROM product ORDER BY product_id")
        rows = cursor.fetchall()
    vectors = np.array([HalfVector.from_text(text).to_numpy() for _, _, text in rows], np.float32)
    return Items(vectors, [row[0] for row in rows], [row[1] for row in rows])


def read_queries(catalogue: Catalogue, items: Items, most: int) -> list[Query]:
    """A question that names no kind of product is given one, so that all can be filtered."""
    embedder = OnnxEmbedder(catalogue.bundle, threads=1)
    kinds = sorted(kind for kind, places in items.of_kind.items() if len(places) >= DEPTH)
    queries = []
    for number, asked in enumerate(judged(catalogue.lexicon(), most)):
        wanted = asked.request.filters
        of_wish = [
            (c, g) for c in wanted.categories for g in wanted.genders or ["Women", "Men"] if (c, g) in kinds
        ]
        category, gender = of_wish[0] if of_wish else kinds[number * 7 % len(kinds)]
        queries.append(Query(embedder.embed([asked.request.text])[0], category, gender))
    return queries


def build(items: Items, url: str, folder: Path) -> tuple[list[Engine], dict[str, float], dict[str, str]]:
    """The engines, the seconds that each took to build, and why others are not there."""
    makers: dict[str, Callable[[], Engine]] = {}
    for index in ("exact", "IVFFlat", "HNSW"):
        for type_ in ("vector", "halfvec"):
            makers[f"pgvector {index} {type_}"] = lambda i=index, t=type_: Pgvector(items, url, i, t)  # type: ignore[misc]
    makers |= {
        "faiss flat": lambda: Faiss(items, hnsw=False),
        "faiss HNSW": lambda: Faiss(items, hnsw=True),
        "hnswlib": lambda: Hnswlib(items),
        "chroma": lambda: Chroma(items, folder / "chroma"),
        "qdrant": lambda: Qdrant(items),
        "sqlite-vec": lambda: SqliteVec(items, folder / "vectors.sqlite"),
    }
    engines: list[Engine] = []
    seconds: dict[str, float] = {}
    left_out: dict[str, str] = {}
    for name, make in makers.items():
        print(f"Building {name} ...", flush=True)
        began = time.perf_counter()
        try:
            engine = make()
        except ImportError as error:
            left_out[name] = str(error)
            continue
        engines.append(engine)
        seconds[engine.name] = round(time.perf_counter() - began, 2)
    return engines, seconds, left_out


def measure(engines: Sequence[Engine], items: Items, queries: Sequence[Query], filtered: bool) -> Found:
    """The engines take turns at each query. The first few queries warm up."""
    found: Found = {engine.name: [] for engine in engines}
    warm = queries[:WARM]
    for number, query in enumerate([*warm, *queries]):
        nearness = items.vectors @ query.vector
        among = nearness[items.of_kind[query.category, query.gender]] if filtered else nearness
        best = np.sort(among)[::-1][:DEPTH]
        for engine in [*engines[number % len(engines) :], *engines[: number % len(engines)]]:
            ask = engine.nearest_of_kind if filtered else engine.nearest
            began = time.perf_counter()
            places = ask(query)
            seconds = time.perf_counter() - began
            if number >= len(warm):
                as_near = int(np.sum(nearness[list(places)] >= best[-1] - AS_NEAR))
                found[engine.name].append((min(1.0, as_near / len(best)), seconds))
    return found


def summary(found: Sequence[tuple[float, float]]) -> dict[str, float]:
    milliseconds = [1000 * seconds for _, seconds in found]
    return {
        "recall_at_10": round(statistics.mean(recall for recall, _ in found), 4),
        "p50_ms": round(statistics.median(milliseconds), 3),
        "p99_ms": round(statistics.quantiles(milliseconds, n=100)[-1], 3),
    }


def compare(catalogue: Catalogue, most: int) -> dict[str, Any]:
    items = read_items(catalogue.url)
    queries = read_queries(catalogue, items, most)
    with tempfile.TemporaryDirectory() as folder:
        engines, built, left_out = build(items, catalogue.url, Path(folder))
        print(f"Asking {len(queries)} questions twice of {len(engines)} engines ...", flush=True)
        every = measure(engines, items, queries, filtered=False)
        of_kind = measure(engines, items, queries, filtered=True)
    rows = {
        engine.name: {
            **summary(every[engine.name]),
            "filtered": summary(of_kind[engine.name]),
            "build_seconds": built[engine.name],
            **asdict(engine.facts),
        }
        for engine in engines
    }
    return {
        "catalogue": catalogue.name,
        "products": catalogue.products,
        "questions": len(queries),
        "threads": 1,
        "hnsw": {"m": M, "ef_construction": EF_CONSTRUCTION, "ef_search": EF_SEARCH},
        "ivfflat": {"lists": LISTS, "probes": PROBES},
        "engines": rows,
        "left_out": left_out,
    }


def table(engines: Mapping[str, Mapping[str, Any]]) -> list[Sequence[object]]:
    rows: list[Sequence[object]] = [
        ("", "recall@10", "p50 ms", "p99 ms", "filtered recall", "p50", "p99", "build s")
    ]
    for name, row in engines.items():
        both = [part[key] for part in (row, row["filtered"]) for key in ("recall_at_10", "p50_ms", "p99_ms")]
        rows.append((name, *both, row["build_seconds"]))
    return rows


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--questions", type=int, default=200)
    with measured_catalogue() as catalogue:
        figures = compare(catalogue, parser.parse_args().questions)
    print(results.table(table(figures["engines"])))
    for name, reason in figures["left_out"].items():
        print(f"Left out: {name}: {reason}")
    path = results.write("engines", figures)
    plot(figures, PICTURE)
    print(f"Written: {path}, {PICTURE}")


if __name__ == "__main__":
    main()
