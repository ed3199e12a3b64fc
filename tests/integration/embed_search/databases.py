"""Databases for tests that need one of their own."""

import itertools
import os
from collections.abc import Iterator
from contextlib import closing, contextmanager

import psycopg2

_numbers = itertools.count(1)


@contextmanager
def empty_database(server_url: str) -> Iterator[str]:
    """The URL of a new database, which is dropped afterwards."""
    name = f"own_{os.getpid()}_{next(_numbers)}"
    with closing(psycopg2.connect(server_url)) as connection, connection.cursor() as cursor:
        connection.autocommit = True
        cursor.execute(f"CREATE DATABASE {name}")
        yield server_url.replace("/postgres?", f"/{name}?")
        cursor.execute(f"DROP DATABASE {name} WITH (FORCE)")
