"""Migrations apply once, in order, whole or not at all."""

import threading
from collections.abc import Iterator
from contextlib import closing

import psycopg2
import pytest

from embed_search.migrations import MigrationError, migrate, migrations, statements
from tests.integration.embed_search.databases import empty_database


@pytest.fixture
def url(postgres_server: str) -> Iterator[str]:
    with empty_database(postgres_server) as url:
        yield url


def test_all_apply_once(url: str) -> None:
    with closing(psycopg2.connect(url)) as connection:
        assert migrate(connection) == [migration.name for migration in migrations()]
        assert migrate(connection) == []


def test_each_is_applied_once_however_many_try(url: str) -> None:
    applied: list[str] = []

    def run() -> None:
        with closing(psycopg2.connect(url)) as connection:
            applied.extend(migrate(connection))

    threads = [threading.Thread(target=run) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(applied) == [migration.name for migration in migrations()]


def test_changed_migration_is_refused(url: str) -> None:
    with closing(psycopg2.connect(url)) as connection:
        migrate(connection)
        with connection, connection.cursor() as cursor:
            cursor.execute("UPDATE schema_migration SET sha256 = 'other' WHERE name LIKE '0002%'")
        with pytest.raises(MigrationError, match=r"0002_product\.sql has changed"):
            migrate(connection)


def test_statements_can_be_run_one_by_one(url: str) -> None:
    with closing(psycopg2.connect(url)) as connection, connection, connection.cursor() as cursor:
        for migration in migrations():
            for statement in statements(migration.sql):
                cursor.execute(statement)


def test_vectors_are_stored_in_the_row(url: str) -> None:
    with closing(psycopg2.connect(url)) as connection, connection.cursor() as cursor:
        migrate(connection)
        cursor.execute(
            "SELECT attstorage FROM pg_attribute "
            "WHERE atttypid = 'halfvec'::regtype AND attrelid = 'product'::regclass"
        )
        assert cursor.fetchall() == [("p",)]
