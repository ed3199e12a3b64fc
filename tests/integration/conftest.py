"""A real PostgreSQL for the integration tests: one server a session, a fresh database a test module."""

import itertools
import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import psycopg2
import pytest
from psycopg2 import sql

from scripts.local_postgres import running_postgres

_numbers = itertools.count(1)


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[str]:
    """libpq URL of a server that runs for the whole session. To write, take `postgres_url`."""
    # Not pytest's tmp_path: as root that is private, and the data would be moved out of it to /var/lib.
    folder = Path(tempfile.mkdtemp(prefix="apparel-recommender-tests-"))
    folder.chmod(0o755)
    try:
        with running_postgres(folder / "postgres") as url:
            yield url
    finally:
        shutil.rmtree(folder)


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
