"""An unused connection is closed by the database, so that Aurora can pause; nobody notices."""

from contextlib import closing

import psycopg2
import pytest

from embed_search.postgres import connect
from embed_search.product_store import PostgresProductStore
from tests.integration.local.processes import eventually


def sessions(url: str) -> int:
    with closing(psycopg2.connect(url)) as connection, connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM pg_stat_activity "
            "WHERE application_name = 'embed_search' AND datname = current_database()"
        )
        found: int = cursor.fetchall()[0][0]
        return found


@pytest.mark.usefixtures("send")
def test_session_ends_when_unused_and_the_next_question_opens_another(postgres_url: str) -> None:
    opened = 0

    def open_connection() -> psycopg2.extensions.connection:
        nonlocal opened
        opened += 1
        return connect(postgres_url, timeout_s=5, statement_timeout_ms=5_000, idle_s=1)

    store = PostgresProductStore(open_connection)
    assert store.products(["101"])
    assert sessions(postgres_url) == 1
    assert eventually(lambda: sessions(postgres_url) == 0)
    assert store.products(["101"])
    assert opened == 2
