"""Databases for tests that need one of their own."""

import itertools
import os
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress

import psycopg2
from psycopg2 import errors

_numbers = itertools.count(1)

USERS = ("embed_search", "load_catalogue")
"""Whom the deploy makes."""


@contextmanager
def empty_database(server_url: str, template: str = "template1") -> Iterator[str]:
    """The URL of a new database, which is dropped afterwards; a copy of the one named `template`."""
    name = f"own_{os.getpid()}_{next(_numbers)}"
    with closing(psycopg2.connect(server_url)) as connection, connection.cursor() as cursor:
        connection.autocommit = True
        cursor.execute(f"CREATE DATABASE {name} TEMPLATE {template}")
        yield server_url.replace("/postgres?", f"/{name}?")
        cursor.execute(f"DROP DATABASE {name} WITH (FORCE)")


@contextmanager
def rds_like_database(server_url: str) -> Iterator[str]:
    """The same on a server that, as RDS, has a role `rds_iam`. Our users are gone afterwards."""
    with empty_database(server_url) as url:
        _execute(server_url, "CREATE ROLE rds_iam")
        try:
            yield url
        finally:
            for user in USERS:
                with suppress(errors.UndefinedObject):
                    _execute(url, f"DROP OWNED BY {user}")
                    _execute(url, f"DROP ROLE {user}")
            _execute(server_url, "DROP ROLE rds_iam")


def _execute(url: str, statement: str) -> None:
    with closing(psycopg2.connect(url)) as connection, connection.cursor() as cursor:
        connection.autocommit = True
        cursor.execute(statement)
