"""How fast a catalogue answers, and how nearly as the exact search would."""

import statistics
import time
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Any

from tqdm import tqdm

from apparel.contracts import Filters, Hit, SearchRequest
from embed_search import retrieve
from embed_search.embedder import Embedder
from embed_search.postgres import Connection, connect, read_sql
from embed_search.product_store import PostgresProductStore
from embed_search.question import Question
from scripts.scale.questions import Kind

IN_USE_MS = 5_000
"""As long as a statement may take where the catalogue is in use (Settings.statement_timeout_ms)."""
EXACT_MS = 60_000
"""For the exact answers, which take seconds in a large catalogue."""


def in_use(url: str) -> PostgresProductStore:
    return PostgresProductStore(_connection(url, IN_USE_MS))


def exact(url: str) -> PostgresProductStore:
    """Looks at all products that pass the filters, however many."""
    nothing = "SELECT NULL::text AS embedder, 0 AS products WHERE false"
    return PostgresProductStore(
        _connection(url, EXACT_MS), lambda name: nothing if name == "large/index" else read_sql(name)
    )


def _connection(url: str, statement_timeout_ms: int) -> Callable[[], Connection]:
    return partial(connect, url, timeout_s=5, statement_timeout_ms=statement_timeout_ms)


def milliseconds(call: Callable[[], Any]) -> float:
    started = time.perf_counter()
    call()
    return 1000 * (time.perf_counter() - started)


def search_times(
    stores: Mapping[str, tuple[PostgresProductStore, Sequence[Kind]]], embedder: Embedder, rounds: int
) -> dict[str, dict[str, list[float]]]:
    """Milliseconds of every search, without those of the embedding, by catalogue and kind of question. The
    catalogues take turns, so that a busy neighbour slows all; the first round warms up and does not count."""
    times: dict[str, dict[str, list[float]]] = {
        name: {kind.name: [] for kind in kinds} for name, (_, kinds) in stores.items()
    }
    for turn in tqdm(range(rounds + 1), desc="asking", delay=0.5):
        for name, (store, kinds) in stores.items():
            for kind in kinds:
                for request in kind.requests:
                    spent = _search_ms(request, embedder, store)
                    if turn:
                        times[name][kind.name].append(spent)
    return times


def _search_ms(request: SearchRequest, embedder: Embedder, store: PostgresProductStore) -> float:
    reply = retrieve.search(request, embedder, store)
    return reply.timings_ms["sql"]


def recall(
    requests: Sequence[SearchRequest],
    embedder: Embedder,
    searched: PostgresProductStore,
    true: PostgresProductStore,
) -> dict[str, float]:
    """What share of the exact answers' products the search finds: as it is asked, and by meaning alone;
    the fewest products in an answer; and how long the exact answers took."""
    shares, by_meaning, lengths, exact_ms = [], [], [], []
    for request in tqdm(requests, desc="answering exactly", delay=0.5):
        question = Question(
            embedding=embedder.embed([request.text])[0], filters=request.filters, limit=request.limit
        )
        found = _ids(retrieve.search(request, embedder, searched).hits)
        exact_reply = retrieve.search(request, embedder, true)
        shares.append(_share(found, _ids(exact_reply.hits)))
        by_meaning.append(_share(_ids(searched.find(question).hits), _ids(true.find(question).hits)))
        lengths.append(len(found))
        exact_ms.append(exact_reply.timings_ms["sql"])
    return {
        "recall_at_10": round(statistics.mean(shares), 3),
        "recall_at_10_by_meaning": round(statistics.mean(by_meaning), 3),
        "fewest_hits": min(lengths),
        "exact_p50_ms": round(statistics.median(exact_ms), 1),
    }


def _ids(hits: Sequence[Hit]) -> set[str]:
    return {hit.product.product_id for hit in hits}


def _share(found: set[str], wanted: set[str]) -> float:
    """1 where nothing is wanted."""
    return len(found & wanted) / len(wanted) if wanted else 1.0


def other_calls(store: PostgresProductStore, filters: Filters, words: Sequence[str]) -> dict[str, float]:
    """Milliseconds of what else is asked of a catalogue, the median of three."""
    calls: dict[str, Callable[[], Any]] = {
        "facets": store.facets,
        "summary, no filter": partial(store.summary, Filters()),
        "summary, category and gender": partial(store.summary, filters),
        "understand, three typing errors": partial(store.understand, words),
    }
    return {
        name: round(statistics.median(milliseconds(call) for _ in range(3)), 1)
        for name, call in calls.items()
    }


def percentiles(values: Sequence[float]) -> dict[str, float]:
    ordered = sorted(values)
    return {
        "p50_ms": round(statistics.median(ordered), 1),
        "p99_ms": round(ordered[min(len(ordered) - 1, int(0.99 * len(ordered)))], 1),
    }
