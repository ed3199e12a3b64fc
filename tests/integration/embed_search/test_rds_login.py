"""Logging in to RDS: by IAM token, and only to a server whose name and certificate are right."""

import os
import socket
import threading
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import psycopg2
import pytest
from psycopg2.extensions import parse_dsn

from embed_search.database import dsn_of
from embed_search.postgres import Connection, connect
from embed_search.settings import Settings, read_settings
from tests.rds_stand_in import Rds, make_authority, rds_stand_in


@pytest.fixture(scope="module")
def rds(postgres_server: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Rds]:
    home = Path(parse_dsn(postgres_server)["host"])
    with rds_stand_in(home / ".s.PGSQL.5432", tmp_path_factory.mktemp("rds")) as rds:
        yield rds


@pytest.fixture
def environment(rds: Rds, monkeypatch: pytest.MonkeyPatch) -> pytest.MonkeyPatch:
    for name in [name for name in os.environ if name.startswith(("AWS_", "DATABASE_"))]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("MODEL_BUNDLE", "/mnt/models/x")
    for name, value in rds.environment("postgres", "postgres").items():
        monkeypatch.setenv(name, value)
    return monkeypatch


def log_in(settings: Settings) -> Connection:
    return connect(dsn_of(settings)(), timeout_s=5, statement_timeout_ms=5_000)


def test_token_logs_in_over_tls(rds: Rds, environment: pytest.MonkeyPatch) -> None:
    with closing(log_in(read_settings())) as connection, connection.cursor() as cursor:
        cursor.execute("SELECT 1")
        assert cursor.fetchall() == [(1,)]
        assert connection.info.ssl_in_use


def test_each_connection_has_a_token_of_its_own(rds: Rds, environment: pytest.MonkeyPatch) -> None:
    dsn = dsn_of(read_settings())
    tokens: list[str] = []
    while len(set(tokens)) < 2:  # they hold the second
        connect(dsn(), timeout_s=5, statement_timeout_ms=5_000).close()
        tokens.append(rds.tokens[-1])
        assert len(tokens) < 1_000


def test_other_keys_are_refused(environment: pytest.MonkeyPatch) -> None:
    environment.setenv("AWS_SECRET_ACCESS_KEY", "another-secret")
    with pytest.raises(psycopg2.OperationalError, match="PAM authentication failed for user"):
        log_in(read_settings())


def test_server_of_another_authority_is_refused(
    rds: Rds, environment: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    other, _ = make_authority(tmp_path)
    environment.setenv("DATABASE_CA_FILE", str(other))
    known = len(rds.tokens)
    with pytest.raises(psycopg2.OperationalError, match="certificate verify failed"):
        log_in(read_settings())
    assert len(rds.tokens) == known, "no token is sent to a stranger"


def test_server_of_another_name_is_refused(rds: Rds, environment: pytest.MonkeyPatch) -> None:
    environment.setenv("DATABASE_HOST", "127.0.0.1")
    known = len(rds.tokens)
    with pytest.raises(psycopg2.OperationalError, match="does not match host name"):
        log_in(read_settings())
    assert len(rds.tokens) == known


def test_server_without_tls_is_refused(environment: pytest.MonkeyPatch) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        environment.setenv("DATABASE_PORT", str(listener.getsockname()[1]))
        settings = read_settings()

        def refuse_tls() -> None:
            client, _ = listener.accept()
            client.recv(8)
            client.sendall(b"N")

        thread = threading.Thread(target=refuse_tls)
        thread.start()
        with pytest.raises(psycopg2.OperationalError, match="does not support SSL"):
            log_in(settings)
        thread.join()
