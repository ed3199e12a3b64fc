"""A burst of cold environments on a database that takes few connections: nobody sees an error that is not
honest and worth another try, and no connection is kept for nothing."""

import json
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from contextlib import closing, contextmanager
from functools import partial
from typing import Any

import psycopg2
import pytest

from embed_search.indexing import load_catalogue
from embed_search.migrations import migrate
from embed_search.postgres import connect
from embed_search.product_store import PostgresProductStore
from orchestrator.catalogue_client import REFUSALS
from scripts.local.postgres import running_postgres
from scripts.local.stack import CHECKOUT
from tests.embed_search_fakes import WordEmbedder, write_catalogue
from tests.folders import open_folder
from tests.integration.embed_search.conftest import SHELF
from tests.integration.local.processes import eventually

ROOM = 7
"""Connections for ordinary users: the server keeps three of its ten for superusers, as RDS keeps some."""
ENVIRONMENTS = 24


@pytest.fixture(scope="module")
def crowded(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The URL of a user of a loaded database with little room."""
    with open_folder() as folder, running_postgres(folder / "postgres", ["max_connections=10"]) as url:
        shelf = write_catalogue(tmp_path_factory.mktemp("shelf") / "shelf.csv", SHELF)
        with closing(psycopg2.connect(url)) as connection:
            migrate(connection)
            load_catalogue(connection, WordEmbedder(), shelf)
            with connection, connection.cursor() as cursor:
                cursor.execute("CREATE ROLE shopper LOGIN IN ROLE pg_read_all_data")
        yield url.replace("//postgres@", "//shopper@")


@contextmanager
def burst(url: str, *, patience_s: float, idle_s: int) -> Iterator[list[dict[str, Any]]]:
    """What each environment was answered; they live as long as the block."""
    command = [sys.executable, "-m", "tests.integration.embed_search.burst"]
    command += [url, str(ENVIRONMENTS), str(patience_s), str(idle_s)]
    with subprocess.Popen(
        command, cwd=CHECKOUT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, start_new_session=True
    ) as parent:
        assert parent.stdin is not None
        assert parent.stdout is not None
        try:
            yield [json.loads(parent.stdout.readline()) for _ in range(ENVIRONMENTS)]
        finally:
            parent.stdin.write(b"\n" * ENVIRONMENTS)
            parent.stdin.close()


def open_sessions(url: str) -> int:
    own = url.replace("shopper@", "postgres@")
    with closing(psycopg2.connect(own)) as connection, connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pg_stat_activity WHERE usename = 'shopper'")
        found: int = cursor.fetchall()[0][0]
        return found


def test_more_environments_than_connections_are_all_served_as_others_fall_idle(crowded: str) -> None:
    with burst(crowded, patience_s=60, idle_s=1) as answers:
        assert Counter(one["said"] for one in answers) == {"retrieval": ENVIRONMENTS}
        # Nobody has ended; what they no longer use is free again.
        assert eventually(lambda: open_sessions(crowded) == 0)


def test_who_finds_no_room_is_told_so_and_to_come_back(crowded: str) -> None:
    with burst(crowded, patience_s=1, idle_s=120) as answers:
        said = Counter(one["said"] for one in answers)
        assert said == {"retrieval": ROOM, "catalogue_unavailable": ENVIRONMENTS - ROOM}
        assert open_sessions(crowded) == ROOM
        assert max(one["seconds"] for one in answers) < 30
    error = REFUSALS["catalogue_unavailable"]("no room")
    assert (error.status, bool(error.retry_after)) == (503, True)
    # Those who are gone have left nothing behind.
    assert eventually(lambda: open_sessions(crowded) == 0)
    store = PostgresProductStore(partial(connect, crowded, timeout_s=5, statement_timeout_ms=5_000))
    assert store.products(["101"])
