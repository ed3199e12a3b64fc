"""A loader that is killed with -9 at random statements, and a server that is, in mid-load.

What searches see is the old catalogue or the new one, whole, and nothing that was kept is embedded again."""

import multiprocessing
import os
import random
import signal
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import closing
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import psutil
import psycopg2
import pytest
from psycopg2.extensions import cursor as Cursor

from embed_search.document import listed_words
from embed_search.indexing import load_catalogue
from embed_search.migrations import migrate
from embed_search.staging import LoadPolicy
from scripts.local.postgres import running_postgres
from tests.embed_search_fakes import WordEmbedder, row, write_catalogue
from tests.integration.embed_search.databases import empty_database
from tests.integration.local.processes import eventually

KILLS = 12
CRASHES = 2
FORCED = LoadPolicy(force=True)
SEED = int(os.environ.get("KILL_SEED", random.SystemRandom().randrange(1 << 32)))
"""Another one each time; a failure tells it."""

fork = multiprocessing.get_context("fork")

Products = dict[str, tuple[str, int]]
"""Name and price by id."""


class NotingEmbedder(WordEmbedder):
    """Notes in a file what it embeds, so that it is known of a process that was killed."""

    def __init__(self, notes: Path) -> None:
        super().__init__()
        self.notes = notes

    def embed(self, texts: Sequence[str]) -> npt.NDArray[np.float32]:
        with self.notes.open("a") as file:
            file.writelines(f"{text}\n" for text in texts)
        return super().embed(texts)


class Loads:
    """Catalogues of random products, each loaded over the one before."""

    def __init__(self, url: str, folder: Path) -> None:
        self.url = url
        self.chance = random.Random(SEED)
        self.file = folder / "catalogue.csv"
        self.notes = folder / "embedded.txt"
        self.notes.touch()
        with closing(psycopg2.connect(url)) as connection:
            migrate(connection)

    def write(self) -> Products:
        """The next file."""
        ids = self.chance.sample(range(1, 1_500), 1_000)
        products = {
            str(number): (
                f"Shirt {number} {self.chance.choice(['blue', 'red'])}",
                self.chance.randrange(1, 9),
            )
            for number in ids
        }
        write_catalogue(self.file, [row(key, name, price=price) for key, (name, price) in products.items()])
        return products

    def load(self, last_statement: int | None = None) -> int:
        """Number of statements. With `last_statement` the process is killed there: before it or after it."""
        ran = 0

        class Killing(Cursor):
            def execute(self, *arguments: object) -> None:
                self._count()
                super().execute(*arguments)  # type: ignore[arg-type]

            def copy_expert(self, *arguments: object) -> None:
                self._count()
                super().copy_expert(*arguments)  # type: ignore[arg-type]

            def _count(self) -> None:
                nonlocal ran
                ran += 1
                if ran == last_statement:
                    os.kill(os.getpid(), signal.SIGKILL)

        with closing(psycopg2.connect(self.url, cursor_factory=Killing)) as connection:
            load_catalogue(connection, NotingEmbedder(self.notes), self.file, policy=FORCED)
        return ran

    def killed(self, statement: int) -> None:
        process = fork.Process(target=self.load, args=(statement,))
        process.start()
        process.join()
        assert process.exitcode in (-signal.SIGKILL, 0)

    def products(self) -> Products:
        rows = self.rows("SELECT product_id, name, price::int FROM product")
        return {key: (name, price) for key, name, price in rows}

    def kept(self) -> int:
        return len(self.rows("SELECT FROM embedding"))

    def rows(self, statement: str) -> list[tuple[Any, ...]]:
        with closing(psycopg2.connect(self.url)) as connection, connection.cursor() as cursor:
            cursor.execute(statement)
            return cursor.fetchall()

    def embedded(self) -> Counter[str]:
        return Counter(self.notes.read_text().splitlines())


def words_of_products(loads: Loads) -> dict[str, int]:
    counted: Counter[str] = Counter()
    for name, brand, description in loads.rows("SELECT name, brand, description FROM product"):
        counted.update(listed_words(name, brand, description))
    return dict(counted)


def check_whole(loads: Loads, old: Products, new: Products, kept_before: int) -> Products:
    """What is sold now: all of the old or all of the new, with its words. Nothing that was kept is gone."""
    sold = loads.products()
    assert sold in (old, new), f"a mixture; KILL_SEED={SEED}"
    words = dict(loads.rows("SELECT word, products FROM word"))
    assert words == words_of_products(loads), f"KILL_SEED={SEED}"
    assert loads.kept() >= kept_before
    return sold


@pytest.fixture
def loads(postgres_server: str, tmp_path: Path) -> Iterator[Loads]:
    with empty_database(postgres_server) as url:
        yield Loads(url, tmp_path)


def test_loader_killed_at_random_statements(loads: Loads) -> None:
    sold = loads.write()
    statements = loads.load()
    lost = 0
    for _ in range(KILLS):
        new, kept, noted = loads.write(), loads.kept(), loads.embedded().total()
        loads.killed(loads.chance.randrange(1, statements + 1))
        sold = check_whole(loads, sold, new, kept)
        # What was noted and not kept was in the batch that died.
        lost += (loads.embedded().total() - noted) - (loads.kept() - kept)
    final = loads.write()
    loads.load()
    check_whole(loads, final, final, loads.kept())
    assert loads.embedded().total() == loads.kept() + lost, f"embedded twice; KILL_SEED={SEED}"


def crash(url: str) -> None:
    """Kills the loader's process of the server, on which the server throws all out and recovers."""
    with closing(psycopg2.connect(url)) as connection, connection.cursor() as cursor:
        cursor.execute("SELECT pid FROM pg_stat_activity WHERE application_name = 'to be killed'")
        for (pid,) in cursor.fetchall():
            psutil.Process(pid).kill()


def kill_server(url: str) -> None:
    with closing(psycopg2.connect(url)) as connection:
        server = psutil.Process(connection.get_backend_pid()).parent()
    assert server is not None
    server.kill()


def answers(url: str) -> bool:
    try:
        psycopg2.connect(url).close()
    except psycopg2.OperationalError:
        return False
    return True


def load_until_the_server_dies(loads: Loads) -> None:
    try:
        with closing(psycopg2.connect(loads.url, application_name="to be killed")) as connection:
            load_catalogue(connection, NotingEmbedder(loads.notes), loads.file, policy=FORCED)
    except psycopg2.Error:
        os._exit(1)


def test_server_killed_at_random_moments(open_folder: Path, tmp_path: Path) -> None:
    data = open_folder / "postgres"
    with running_postgres(data) as url:
        loads = Loads(url, tmp_path)
        sold = loads.write()
        began = time.monotonic()
        loads.load()
        seconds = time.monotonic() - began
        for _ in range(CRASHES):
            new, kept = loads.write(), loads.kept()
            process = fork.Process(target=load_until_the_server_dies, args=(loads,))
            process.start()
            time.sleep(loads.chance.uniform(0, seconds))
            crash(url)
            process.join()
            assert eventually(lambda: answers(url))
            sold = check_whole(loads, sold, new, kept)
        new, kept = loads.write(), loads.kept()
        process = fork.Process(target=load_until_the_server_dies, args=(loads,))
        process.start()
        time.sleep(seconds / 2)
        kill_server(url)
        process.join()
    with running_postgres(data):
        sold = check_whole(loads, sold, new, kept)
        final = loads.write()
        loads.load()
        check_whole(loads, final, final, loads.kept())
