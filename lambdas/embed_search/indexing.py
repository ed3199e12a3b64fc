"""Loads a catalogue file: what is new is embedded, and the new catalogue replaces the old at one instant."""

import hashlib
import itertools
import json
import time
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path

from apparel.classification import classify
from apparel.taxonomy import TAXONOMY_VERSION
from embed_search.catalogue_file import CatalogueRow, RefusedRow, read_catalogue
from embed_search.copying import Value, copy_embeddings, copy_rows
from embed_search.document import MIN_WORD, RECIPE_VERSION, description_words, embedding_text, words_of
from embed_search.embedder import Embedder
from embed_search.errors import CatalogueFileError
from embed_search.postgres import Connection, read_sql

Progress = Callable[[int, int], None]
"""Called with the number of texts embedded so far in this load, and of all that it has to embed."""

BATCH = 512
"""Texts embedded between two commits: what a killed load loses at most, some 5 to 10 s."""

# Not the lock of the migrations: both may be wanted by one process.
_LOCK = 0x61707061_72656D


@dataclass(frozen=True)
class LoadReport:
    """What a load did; `loaded` is the number of products in the catalogue after it."""

    version: str
    loaded: int = 0
    unchanged: int = 0
    updated: int = 0
    inserted: int = 0
    deleted: int = 0
    embedded: int = 0
    refused: list[RefusedRow] = field(default_factory=list)
    seconds: float = 0.0
    embedding_seconds: float = 0.0
    """The part of `seconds` in which texts were embedded; the rest is reading and the database."""


def load_catalogue(
    connection: Connection, embedder: Embedder, path: Path, progress: Progress = lambda done, total: None
) -> LoadReport:
    """Makes the catalogue what the file says, and tells what changed.

    A load that is killed changes nothing that searches see, and what it embedded stays embedded. Two
    loads at once take turns. Raises CatalogueFileError (unusable file, no good row in it) and
    psycopg2.Error.
    """
    started = time.perf_counter()
    version = _version(path, embedder)
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_lock(%s)", (_LOCK,))
        connection.commit()
        try:
            report = _unchanged(connection, version) or _load(connection, embedder, path, version, progress)
        finally:
            connection.rollback()
            cursor.execute("SELECT pg_advisory_unlock(%s)", (_LOCK,))
            connection.commit()
    return replace(report, seconds=time.perf_counter() - started)


def _version(path: Path, embedder: Embedder) -> str:
    """Names everything that a catalogue is made from."""
    try:
        with path.open("rb") as file:
            digest = hashlib.file_digest(file, "sha256")
    except OSError as error:
        raise CatalogueFileError(f"The catalogue {path} can't be read: {error.strerror}.") from error
    digest.update("\0".join(["", embedder.name, TAXONOMY_VERSION, RECIPE_VERSION]).encode())
    return digest.hexdigest()[:16]


def _unchanged(connection: Connection, version: str) -> LoadReport | None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT version, products, refused FROM catalogue_load ORDER BY load_id DESC LIMIT 1")
        newest = cursor.fetchone()
    if newest is None or newest[0] != version:
        return None
    refused = [RefusedRow(**row) for row in newest[2]]
    return LoadReport(version, loaded=newest[1], unchanged=newest[1], refused=refused)


def _load(
    connection: Connection, embedder: Embedder, path: Path, version: str, progress: Progress
) -> LoadReport:
    refused: list[RefusedRow] = []
    words: Counter[str] = Counter()
    with connection.cursor() as cursor:
        cursor.execute("DROP TABLE IF EXISTS pg_temp.staging, pg_temp.missing")
        cursor.execute(read_sql("load/staging"))
        # The first row before COPY begins, which would hide that the file can't be used behind its own error.
        rows = _staged(path, embedder.name, refused, words)
        copy_rows(connection, "staging", itertools.chain(list(itertools.islice(rows, 1)), rows))
        cursor.execute("ANALYZE staging")
        cursor.execute(read_sql("load/missing"), {"embedder": embedder.name})
        to_embed = cursor.rowcount
    connection.commit()
    started = time.perf_counter()
    _embed_missing(connection, embedder, to_embed, progress)
    report = LoadReport(
        version, refused=refused, embedded=to_embed, embedding_seconds=time.perf_counter() - started
    )
    with connection:
        return _publish(connection, embedder.name, words, report)


def _staged(
    path: Path, embedder: str, refused: list[RefusedRow], words: Counter[str]
) -> Iterator[tuple[Value, ...]]:
    """The rows of the staging table; notes on the way what is refused, and in how many products each
    word occurs."""
    for row in read_catalogue(path):
        if isinstance(row, RefusedRow):
            refused.append(row)
            continue
        name_words, other_words = words_of(f"{row.name} {row.brand}"), description_words(row.description)
        words.update({word for word in (*name_words, *other_words) if len(word) >= MIN_WORD})
        yield _staging_row(row, embedder, " ".join(name_words), " ".join(other_words))


def _staging_row(row: CatalogueRow, embedder: str, name_words: str, other_words: str) -> tuple[Value, ...]:
    facts = classify(row.name, row.brand, row.description, row.color)
    text = embedding_text(row)
    values: tuple[Value, ...] = (
        row.product_id, row.name, row.brand, row.gender, row.price, row.color, facts.category,
        row.description, facts.apparel, facts.colors, facts.attributes, name_words, other_words, text,
    )  # fmt: skip
    content = hashlib.sha256(repr((embedder, values)).encode()).digest()
    return (*values, hashlib.sha256(text.encode()).digest(), content)


def _embed_missing(connection: Connection, embedder: Embedder, total: int, progress: Progress) -> None:
    for done in range(0, total, BATCH):
        progress(done, total)
        with connection, connection.cursor() as cursor:
            cursor.execute(read_sql("load/missing_batch"), {"done": done, "size": BATCH})
            hashes, texts = zip(*cursor.fetchall(), strict=True)
            vectors = embedder.embed(list(texts))
            copy_embeddings(connection, embedder.name, [bytes(text_hash) for text_hash in hashes], vectors)
    progress(total, total)


def _publish(connection: Connection, embedder: str, words: Counter[str], report: LoadReport) -> LoadReport:
    """Everything that searches see changes here, in the caller's one transaction."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM staging")
        loaded: int = cursor.fetchall()[0][0]
        if not loaded:
            reasons = f"; the first reason: {report.refused[0].reason}" if report.refused else ""
            raise CatalogueFileError(f"The catalogue has no row that can be loaded{reasons}.")
        cursor.execute(read_sql("load/count_known"))
        known: int = cursor.fetchall()[0][0]
        cursor.execute(read_sql("load/delete"))
        deleted = cursor.rowcount
        cursor.execute(read_sql("load/upsert"), {"embedder": embedder})
        changed, inserted = cursor.rowcount, loaded - known
        if changed or deleted:
            cursor.execute("DELETE FROM word")
            cursor.execute(read_sql("load/words"), {"words": list(words), "products": list(words.values())})
            cursor.execute("ANALYZE product, word")
        refused = json.dumps([{"line": row.line, "reason": row.reason} for row in report.refused[:1000]])
        cursor.execute(
            "INSERT INTO catalogue_load (version, products, refused) VALUES (%s, %s, %s)",
            (report.version, loaded, refused),
        )
    return replace(
        report,
        loaded=loaded,
        inserted=inserted,
        updated=changed - inserted,
        deleted=deleted,
        unchanged=loaded - changed,
    )
