"""What a cold start begins ahead of its need: it helps, and never harms."""

import time
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import psycopg2
import pytest

from embed_search.early import EarlyConnect, read_ahead
from embed_search.postgres import Connection


def connecting(url: str, made: list[Connection]) -> Callable[[], Connection]:
    def connect() -> Connection:
        made.append(psycopg2.connect(url))
        return made[-1]

    return connect


def pid_of(connection: Connection) -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        (pid,) = cursor.fetchone() or (0,)
    return int(pid)


def test_who_asks_first_gets_the_connection_that_was_begun(postgres_url: str) -> None:
    made: list[Connection] = []
    connect = EarlyConnect(connecting(postgres_url, made))
    with closing(connect()) as first, closing(connect()) as second:
        assert made == [first, second]
        assert pid_of(first) != pid_of(second)


def test_connection_that_the_server_closed_meanwhile_is_replaced(postgres_url: str) -> None:
    made: list[Connection] = []
    connect = EarlyConnect(connecting(postgres_url, made))
    while not made:
        time.sleep(0.01)
    with closing(psycopg2.connect(postgres_url)) as other, other.cursor() as cursor:
        cursor.execute("SELECT pg_terminate_backend(%s, 5000)", [made[0].info.backend_pid])
        assert cursor.fetchone() == (True,)
    with closing(connect()) as connection:
        assert pid_of(connection)
    assert made[0].closed


def test_connection_of_a_start_long_ago_is_replaced(
    postgres_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    made: list[Connection] = []
    connect = EarlyConnect(connecting(postgres_url, made))
    while not made:
        time.sleep(0.01)
    later = time.time() + 3600
    monkeypatch.setattr(time, "time", lambda: later)
    with closing(connect()) as connection:
        assert [made[0].closed, connection] == [1, made[1]]


def test_failure_is_told_to_who_asks_first_and_tried_again_for_the_next(postgres_url: str) -> None:
    answers: list[Callable[[], Connection]] = [
        lambda: psycopg2.connect("host=/nowhere"),
        lambda: psycopg2.connect(postgres_url),
    ]
    connect = EarlyConnect(lambda: answers.pop(0)())
    with pytest.raises(psycopg2.OperationalError):
        connect()
    with closing(connect()) as connection:
        assert pid_of(connection)


def test_bundle_without_weights_is_left_to_the_embedder(tmp_path: Path) -> None:
    read_ahead(tmp_path)
