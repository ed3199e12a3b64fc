"""Loads a catalogue file in one process: what is new is embedded, and the new catalogue replaces the old at
one instant. The steps are those of `staging`, `missing` and `publishing`, in a row."""

import hashlib
import itertools
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from io import BufferedReader
from pathlib import Path

from apparel.taxonomy import TAXONOMY_VERSION
from embed_search.catalogue_file import Layout, open_catalogue, read_layout, read_rows
from embed_search.catalogue_row import CatalogueRow, RefusedRow
from embed_search.column_mapping import MYNTRA_EXPORT, ColumnMapping
from embed_search.document import RECIPE_VERSION
from embed_search.embedder import Embedder
from embed_search.errors import CatalogueFileError
from embed_search.large_indexes import INDEX_FROM
from embed_search.missing import Progress, Spent, index_missing, no_progress
from embed_search.postgres import Connection
from embed_search.publishing import LoadReport, publish, published
from embed_search.staging import CAREFUL, LOCK, LoadPolicy, open_load, prepare, stage

PART_ROWS = 10_000
"""Rows staged by one transaction."""

WATCHED_ROWS = 1_000
"""Rows between two calls of `progress`."""

TURN_SECONDS = 0.5
"""Between two looks whether another load is over."""

Row = CatalogueRow | RefusedRow


def load_catalogue(
    connection: Connection,
    embedder: Embedder,
    path: Path,
    progress: Progress = no_progress,
    *,
    mapping: ColumnMapping = MYNTRA_EXPORT,
    policy: LoadPolicy = CAREFUL,
    source: str = "file",
) -> LoadReport:
    """Makes the catalogue what the file says, and tells what changed. `source` is kept with it.

    A load that is killed changes nothing that searches see, and what it embedded stays embedded. Two
    loads at once take turns. Raises CatalogueFileError (unusable file, no good row in it), LoadRefused by
    the policy, LoadInterrupted and psycopg2.Error.
    """
    spent = Spent()
    with open_catalogue(path) as file, _turn(connection, progress):
        started = time.perf_counter()
        written = _written(file)
        digest = hashlib.file_digest(file, "sha256").hexdigest()
        version = version_of(digest, embedder.name, mapping)
        report = published(connection, version)
        if report is None:
            file.seek(0)
            layout = read_layout(file, path.name, mapping)
            load_id = open_load(connection, version, embedder.name, source)
            for part, rows in enumerate(parts(_watched(file, layout, progress, spent))):
                stage(connection, load_id, part, rows)
            _expect_unchanged(file, path, written)
            plan = prepare(connection, load_id, policy)
            index_missing(connection, embedder, load_id, progress, spent=spent)
            if plan.products >= INDEX_FROM:
                progress("publishing", 0, 1)
            report = publish(connection, load_id, policy)
    return replace(
        report,
        seconds=time.perf_counter() - started,
        reading_seconds=spent.reading,
        describing_seconds=spent.describing,
        embedding_seconds=spent.embedding,
    )


def _written(file: BufferedReader) -> tuple[int, int]:
    """Tells a file from what it was before: its bytes, and the nanosecond it was written in."""
    found = os.fstat(file.fileno())
    return found.st_size, found.st_mtime_ns


def _expect_unchanged(file: BufferedReader, path: Path, written: tuple[int, int]) -> None:
    """Or the version would be that of a file that was never loaded, and would not be loaded again."""
    if _written(file) != written:
        raise CatalogueFileError(
            f"The catalogue {path} was written to while it was read. Load it again when it is whole."
        )


def version_of(sha256: str, embedder: str, mapping: ColumnMapping) -> str:
    """Names everything that a catalogue is made from: the file by its hash, and what reads it."""
    made_from = [sha256, embedder, TAXONOMY_VERSION, RECIPE_VERSION, repr(mapping)]
    return hashlib.sha256("\0".join(made_from).encode()).hexdigest()[:16]


@contextmanager
def _turn(connection: Connection, progress: Progress) -> Iterator[None]:
    """Waits until no other process loads in this way; a lock that dies with the connection.

    Asks for it now and then instead of waiting in the database, so that a person sees why nothing happens.
    """
    while not _locked(connection):
        progress("waiting", 0, 1)
        time.sleep(TURN_SECONDS)
    try:
        yield
    finally:
        if not connection.closed:
            connection.rollback()
            with connection, connection.cursor() as cursor:
                cursor.execute("SELECT pg_advisory_unlock(%s)", (LOCK,))


def _locked(connection: Connection) -> bool:
    with connection, connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(%s)", (LOCK,))
        locked: bool = cursor.fetchall()[0][0]
        return locked


def _watched(file: BufferedReader, layout: Layout, progress: Progress, spent: Spent) -> Iterator[Row]:
    """The rows of a file that is at its beginning or somewhere else, while time and progress are taken."""
    file.seek(0)
    size = os.fstat(file.fileno()).st_size
    rows = read_rows(file, layout)
    for number in itertools.count():
        if number % WATCHED_ROWS == 0:
            progress("reading", file.tell(), size)
        with spent.on("reading"):
            row = next(rows, None)
        if row is None:
            progress("reading", size, size)
            return
        yield row


def parts(rows: Iterator[Row]) -> Iterator[Iterator[Row]]:
    """Each is to be used up before the next one is asked for."""
    for first in rows:
        yield itertools.chain([first], itertools.islice(rows, PART_ROWS - 1))
