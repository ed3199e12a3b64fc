"""The databases of a benchmark's catalogues, kept in `.local/scale` so that a repeat is cheap."""

import json
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path

import psycopg2
from psycopg2.extensions import make_dsn

from embed_search.embedder import Embedder
from embed_search.indexing import load_catalogue
from embed_search.migrations import migrate
from embed_search.postgres import Connection
from scripts import results
from scripts.load_progress import shown_progress
from scripts.local.postgres import running_postgres

FOLDER = results.ROOT / ".local" / "scale"
SERVER = ("shared_buffers=8GB", "max_wal_size=16GB", "max_parallel_maintenance_workers=1")
"""Room for a million products: what has to be fetched from disk, or only from the system's cache, is another
matter. Huge pages are taken where the system has them (`sysctl vm.nr_hugepages=4400`)."""
_SIZES = """
SELECT relname, pg_table_size(oid)
FROM pg_class
WHERE oid IN ('product'::regclass, 'embedding'::regclass, 'word'::regclass)
UNION ALL
SELECT indexrelid::regclass::text, pg_relation_size(indexrelid)
FROM pg_index
WHERE indrelid IN ('product'::regclass, 'embedding'::regclass, 'word'::regclass)
"""


@dataclass(frozen=True)
class Loaded:
    """A catalogue in its database, and how its load from nothing went, maybe in an earlier run."""

    name: str
    url: str
    load: dict[str, float]


@contextmanager
def server() -> Iterator[str]:
    with running_postgres(FOLDER / "postgres", SERVER) as url:
        yield url


def loaded(server_url: str, name: str, path: Path, embedder: Embedder, *, anew: bool = False) -> Loaded:
    """The catalogue of this file in a database of its own; loaded if it is not there yet, or `anew`. One that
    was kept stays as it was loaded, with the categories and colours of that day."""
    url = make_dsn(server_url, dbname=name)
    note = FOLDER / f"{name}.json"
    with closing(psycopg2.connect(server_url)) as connection:
        connection.autocommit = True
        with connection.cursor() as cursor:
            cursor.execute("SELECT FROM pg_database WHERE datname = %s", (name,))
            there = cursor.fetchone() is not None
            if there and (anew or not note.exists()):
                cursor.execute(f'DROP DATABASE "{name}"')
                there = False
            if not there:
                note.unlink(missing_ok=True)
                cursor.execute(f'CREATE DATABASE "{name}"')
    with closing(psycopg2.connect(url)) as connection:
        migrate(connection)
        if not there:
            note.write_text(json.dumps(load_and_tidy(connection, path, embedder)))
    return Loaded(name, url, json.loads(note.read_text()))


def load_and_tidy(connection: Connection, path: Path, embedder: Embedder) -> dict[str, float]:
    """The figures of one load; then what autovacuum does within a minute, so that no search meets it."""
    with shown_progress() as progress:
        report = load_catalogue(connection, embedder, path, progress)
    connection.autocommit = True
    with connection.cursor() as cursor:
        cursor.execute("VACUUM (ANALYZE) product, embedding, word")
    connection.autocommit = False
    parts = {name: value for name, value in asdict(report).items() if isinstance(value, int | float)}
    return {**parts, "database_seconds": report.database_seconds}


def sizes(connection: Connection) -> dict[str, float]:
    """MB on disk of each table and index, the largest first."""
    with connection.cursor() as cursor:
        cursor.execute(_SIZES)
        found = sorted(cursor.fetchall(), key=lambda row: -row[1])
    return {name: round(size / 1e6, 1) for name, size in found}


def huge_pages(connection: Connection) -> str:
    """on or off. Without them a scan that jumps about in 7 GB takes twice as long."""
    with connection.cursor() as cursor:
        cursor.execute("SHOW huge_pages_status")
        return str(cursor.fetchall()[0][0])
