"""A database that is not there yet is waited for; one that stays away does not make everybody wait."""

import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

import psycopg2
import pytest

from embed_search.patience import PatientConnect
from embed_search.postgres import Connection, connect


def server_at(port: int) -> Connection:
    return connect(
        f"postgresql://x@127.0.0.1:{port}/x?sslmode=disable", timeout_s=1, statement_timeout_ms=1_000
    )


@pytest.fixture
def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


@contextmanager
def refusing_until(url: str, seconds: float) -> Iterator[PatientConnect]:
    """The real server, which nobody can reach for some seconds: as Aurora while it resumes."""
    opens = time.monotonic() + seconds

    def late() -> Connection:
        if time.monotonic() < opens:
            raise psycopg2.OperationalError("connection to server failed: Connection refused")
        return connect(url, timeout_s=1, statement_timeout_ms=1_000)

    yield PatientConnect(late, patience_s=10)


def test_a_server_that_comes_back_is_waited_for(postgres_url: str) -> None:
    with refusing_until(postgres_url, 1.5) as patient:
        began = time.monotonic()
        connection = patient()
        assert 1.4 < time.monotonic() - began < 5
        connection.close()


def test_nobody_waits_again_for_a_server_that_stayed_away(free_port: int) -> None:
    patient = PatientConnect(lambda: server_at(free_port), patience_s=1.0, distrust_s=60)
    waited = []
    for _ in range(3):
        began = time.monotonic()
        with pytest.raises(psycopg2.OperationalError, match="refused"):
            patient()
        waited.append(time.monotonic() - began)
    assert waited[0] > 1
    assert max(waited[1:]) < 0.5


def test_what_waiting_does_not_mend_is_said_at_once(postgres_url: str) -> None:
    def wrong_database() -> Connection:
        return connect(postgres_url.replace("/test_", "/nothing_"), timeout_s=1, statement_timeout_ms=1_000)

    began = time.monotonic()
    with pytest.raises(psycopg2.OperationalError, match="does not exist"):
        PatientConnect(wrong_database, patience_s=10)()
    assert time.monotonic() - began < 5


def test_a_server_that_starts_meanwhile_is_found(free_port: int, postgres_url: str) -> None:
    """Over a real socket: first nobody listens, then somebody who hangs up, then the server itself."""
    tries: list[str] = []

    def reach() -> Connection:
        try:
            return server_at(free_port)
        except psycopg2.OperationalError as error:
            tries.append(str(error))
            if len(tries) > 6:
                return connect(postgres_url, timeout_s=1, statement_timeout_ms=1_000)
            raise

    def hang_up() -> None:
        time.sleep(0.8)
        with socket.create_server(("127.0.0.1", free_port)) as server:
            for _ in range(2):
                server.accept()[0].close()

    rude = threading.Thread(target=hang_up)
    rude.start()
    connection = PatientConnect(reach, patience_s=15)()
    rude.join()
    connection.close()
    assert "refused" in tries[0]
    assert any("closed" in said or "reset" in said for said in tries)
