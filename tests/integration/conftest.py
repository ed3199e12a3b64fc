"""A real PostgreSQL for the integration tests: one server a session, a fresh database a test module."""

import itertools
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg2
import pytest
from psycopg2 import sql

from scripts.local.postgres import running_postgres

_numbers = itertools.count(1)


@contextmanager
def _open_folder() -> Iterator[Path]:
    """A folder that any user may enter. pytest's tmp_path is private, and out of a private place root's
    database would be moved to /var/lib."""
    folder = Path(tempfile.mkdtemp(prefix="apparel-recommender-tests-")).resolve()
    folder.chmod(0o755)
    try:
        yield folder
    finally:
        shutil.rmtree(folder)


@pytest.fixture
def open_folder() -> Iterator[Path]:
    """A new folder that any user may enter."""
    with _open_folder() as folder:
        yield folder


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[str]:
    """libpq URL of a server that runs for the whole session. To write, take `postgres_url`."""
    with _open_folder() as folder, running_postgres(folder / "postgres") as url:
        yield url


@pytest.fixture(scope="module")
def postgres_url(postgres_server: str) -> Iterator[str]:
    """libpq URL of an empty database that this test module has for itself."""
    name = f"test_{os.getpid()}_{next(_numbers)}"
    _execute(postgres_server, sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
    yield postgres_server.replace("/postgres?", f"/{name}?")
    _execute(postgres_server, sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))


def _execute(url: str, statement: sql.Composed) -> None:
    connection = psycopg2.connect(url)
    try:
        connection.autocommit = True
        with connection.cursor() as cursor:
            cursor.execute(statement)
    finally:
        connection.close()
