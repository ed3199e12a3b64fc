"""A loader that is killed with -9 changes nothing, and what it embedded stays embedded."""

import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import psycopg2
import pytest

from embed_search.indexing import load_catalogue
from embed_search.migrations import migrate
from embed_search.missing import BATCH
from embed_search.postgres import Connection
from embed_search.staging import LoadPolicy
from tests.embed_search_fakes import WordEmbedder, row, write_catalogue
from tests.integration.embed_search.databases import empty_database
from tests.integration.local.processes import eventually

OLD = [row(1, "Old Shirt", price=100), row(2, "Old Saree", price=200)]
NEW = [row(number, f"New Shirt {number}", price=300) for number in range(2, 4 * BATCH)]


@pytest.fixture
def connection(postgres_server: str, tmp_path: Path) -> Iterator[Connection]:
    with empty_database(postgres_server) as url, closing(psycopg2.connect(url)) as connection:
        migrate(connection)
        load_catalogue(connection, WordEmbedder(), write_catalogue(tmp_path / "old.csv", OLD))
        connection.autocommit = True
        yield connection


@contextmanager
def loading(connection: Connection, file: Path, seconds_a_batch: float) -> Iterator[None]:
    """A loader at work in a process of its own, killed with -9 at the end."""
    module = "tests.integration.embed_search.slow_loader"
    command = [sys.executable, "-m", module, connection.dsn, str(file), str(seconds_a_batch)]
    with subprocess.Popen(command) as process:
        try:
            yield
            assert process.poll() is None, "the loader was to be killed in the middle"
        finally:
            process.kill()


def one(connection: Connection, statement: str) -> int:
    with connection.cursor() as cursor:
        cursor.execute(statement)
        value: int = cursor.fetchall()[0][0]
        return value


def catalogue(connection: Connection) -> list[tuple[str, str]]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT product_id, name FROM product ORDER BY product_id")
        return cursor.fetchall()


OLD_CATALOGUE = [("1", "Old Shirt"), ("2", "Old Saree")]


def test_killed_while_embedding(connection: Connection, tmp_path: Path) -> None:
    file = write_catalogue(tmp_path / "new.csv", NEW)
    with loading(connection, file, seconds_a_batch=1):
        assert eventually(lambda: one(connection, "SELECT count(*) FROM embedding") >= 2 + BATCH)
    kept = one(connection, "SELECT count(*) FROM embedding") - 2
    assert catalogue(connection) == OLD_CATALOGUE

    report = load_catalogue(connection, WordEmbedder(), file, policy=LoadPolicy(force=True))
    assert report.embedded == len(NEW) - kept < len(NEW)
    assert (report.loaded, report.deleted) == (len(NEW), 1)
    assert one(connection, "SELECT count(*) FROM embedding") == 2 + len(NEW)


def test_killed_while_publishing(connection: Connection, tmp_path: Path) -> None:
    file = write_catalogue(tmp_path / "new.csv", NEW)
    waiting = (
        "SELECT count(*) FROM pg_stat_activity "
        "WHERE application_name = 'slow_loader' AND wait_event_type = 'Lock'"
    )
    with closing(psycopg2.connect(connection.dsn)) as obstacle, obstacle.cursor() as cursor:
        # The loader has replaced the products by then, and waits for the table of words.
        cursor.execute("LOCK TABLE word IN EXCLUSIVE MODE")
        with loading(connection, file, seconds_a_batch=0):
            assert eventually(lambda: one(connection, waiting) == 1)
            assert catalogue(connection) == OLD_CATALOGUE
    assert catalogue(connection) == OLD_CATALOGUE

    report = load_catalogue(connection, WordEmbedder(), file, policy=LoadPolicy(force=True))
    assert (report.embedded, report.loaded, report.deleted) == (0, len(NEW), 1)
