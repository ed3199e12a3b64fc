"""The long part of a load: what is new is described, and texts without a vector are embedded.

Any number of processes share the work: each takes a batch that nobody else is at, and a batch whose taker
dies is taken again. So nothing is done twice, and each text is embedded once ever.
"""

import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Literal

from apparel.classification import classify
from embed_search.copying import Value, copy_embeddings, copy_rows
from embed_search.document import description_words, listed_words, words_of
from embed_search.embedder import Embedder
from embed_search.errors import LoadInterrupted
from embed_search.postgres import Connection, read_sql
from embed_search.staging import OpenLoad, counts_go_on, the_open_load

Step = Literal["waiting", "reading", "describing", "embedding", "publishing"]

Progress = Callable[[Step, int, int], None]
"""Called with how much of a step is done, and how much there is: bytes read, products, texts. Waiting for
another load, and publishing a large catalogue, are not measured: 0 of 1 until they are over."""

BATCH = 512
"""Texts embedded between two commits: what a killed load loses at most, some 5 to 10 s."""

DESCRIBED_AT_ONCE = 2_000


@dataclass
class Spent:
    """Seconds of a load that went into other things than the database."""

    reading: float = 0.0
    describing: float = 0.0
    embedding: float = 0.0

    @contextmanager
    def on(self, step: Step) -> Iterator[None]:
        started = time.perf_counter()
        yield
        setattr(self, step, getattr(self, step) + time.perf_counter() - started)


Positions = tuple[int, int]
"""The first and the last one, in both queues."""
EVERYWHERE: Positions = (1, 1 << 62)

Queue = Literal["to_describe", "to_embed"]

_COUNT: dict[Queue, str] = {
    "to_describe": "SELECT count(*) FROM to_describe",
    "to_embed": "SELECT count(*) FROM to_embed",
}
_FACTS = "staged_facts (product_id, category, apparel, colors, attributes, name_words, description_words)"


def no_progress(_step: Step, _done: int, _total: int) -> None:
    """For whom nobody watches."""


def index_missing(
    connection: Connection,
    embedder: Embedder,
    load_id: int,
    progress: Progress = no_progress,
    go_on: Callable[[], bool] = lambda: True,
    spent: Spent | None = None,
    positions: Positions = EVERYWHERE,
) -> int:
    """Works on a prepared load until nothing is left to take, or `go_on` (asked before each batch) says no.

    `positions`: takes nothing outside of them, so that what fails there keeps nobody from the rest.

    Adds to `spent`. Returns how many products and texts are left, those that others are at among them: with
    0 the load can be published. Raises LoadInterrupted and psycopg2.Error.
    """
    spent = spent or Spent()
    while go_on() and _describe_batch(connection, load_id, positions, progress, spent):
        pass
    while go_on() and _embed_batch(connection, embedder, load_id, positions, progress, spent):
        pass
    with connection:
        return _left(connection, "to_describe") + _left(connection, "to_embed")


def _describe_batch(
    connection: Connection, load_id: int, positions: Positions, progress: Progress, spent: Spent
) -> int:
    with connection, connection.cursor() as cursor:
        load = _prepared(connection, load_id)
        cursor.execute(
            read_sql("load/claim_to_describe"),
            {"size": DESCRIBED_AT_ONCE, "first": positions[0], "last": positions[1]},
        )
        rows = cursor.fetchall()
        if rows:
            go_on = counts_go_on(connection, load.recipe)
            with spent.on("describing"):
                facts, words = [_facts(*row[:5]) for row in rows], counted(rows, go_on)
            copy_rows(connection, _FACTS, facts)
            copy_rows(connection, "staged_word", words)
        left = _left(connection, "to_describe")
    progress("describing", (load.to_describe or 0) - left, load.to_describe or 0)
    return len(rows)


def _facts(product_id: str, name: str, brand: str, color: str, description: str) -> tuple[Value, ...]:
    facts = classify(name, brand, description, color)
    name_words, other_words = " ".join(words_of(f"{name} {brand}")), " ".join(description_words(description))
    return (
        product_id,
        facts.category,
        facts.apparel,
        facts.colors,
        facts.attributes,
        name_words,
        other_words,
    )


def counted(rows: Iterable[Sequence[Any]], go_on: bool) -> list[tuple[str, int]]:
    """In how many more products each word occurs; where the counts go on, the old texts' are taken off."""
    words: Counter[str] = Counter()
    for _, name, brand, _, description, *old in rows:
        words.update(listed_words(name, brand, description))
        if go_on and old[0] is not None:
            words.subtract(listed_words(*old))
    return [(word, products) for word, products in words.items() if products]


def _embed_batch(
    connection: Connection,
    embedder: Embedder,
    load_id: int,
    positions: Positions,
    progress: Progress,
    spent: Spent,
) -> int:
    with connection, connection.cursor() as cursor:
        load = _prepared(connection, load_id)
        if load.embedder != embedder.name:
            raise LoadInterrupted(f"The load embeds with {load.embedder}, and not with {embedder.name}.")
        left = _left(connection, "to_embed")
        progress("embedding", (load.to_embed or 0) - left, load.to_embed or 0)
        cursor.execute(
            read_sql("load/claim_to_embed"), {"size": BATCH, "first": positions[0], "last": positions[1]}
        )
        claimed = cursor.fetchall()
        if claimed:
            hashes, texts = zip(*claimed, strict=True)
            with spent.on("embedding"):
                vectors = embedder.embed(list(texts))
            copy_embeddings(connection, embedder.name, [bytes(text_hash) for text_hash in hashes], vectors)
    return len(claimed)


def _prepared(connection: Connection, load_id: int) -> OpenLoad:
    """The load, for one batch. A process that vanished without a word loses its batch after two minutes."""
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL idle_in_transaction_session_timeout = '120s'")
    load = the_open_load(connection, load_id)
    if load.products is None:
        raise LoadInterrupted("The load is not prepared.")
    return load


def _left(connection: Connection, queue: Queue) -> int:
    with connection.cursor() as cursor:
        cursor.execute(_COUNT[queue])
        left: int = cursor.fetchall()[0][0]
        return left
