"""A loader's memory grows with the file neither by its products nor by rows that are refused."""

import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import psycopg2

from embed_search.indexing import PART_ROWS
from embed_search.migrations import migrate
from embed_search.missing import DESCRIBED_AT_ONCE
from tests.embed_search_fakes import row, write_catalogue
from tests.integration.embed_search.databases import empty_database

DESCRIPTION = "Plain and simple, for every day. " * 10


def rows(number: int) -> Iterator[tuple[str, ...]]:
    """Every second one is refused, and of the others every second has the id of the one before."""
    for line in range(number):
        gender = "Men" if line % 2 else "x" * 40
        name = f"Shirt {line % 40}"
        yield row(f"{line // 4:060}", name, gender, line + 1, description=f"{line} {DESCRIPTION}")


def test_memory_stays_flat(postgres_server: str, tmp_path: Path) -> None:
    small = write_catalogue(tmp_path / "small.csv", rows(DESCRIBED_AT_ONCE))
    large = write_catalogue(tmp_path / "large.csv", rows(6 * PART_ROWS))
    with empty_database(postgres_server) as url:
        with closing(psycopg2.connect(url)) as connection:
            migrate(connection)
        command = [sys.executable, "-m", "tests.integration.embed_search.loader_memory"]
        files = [url, str(small), str(large)]
        done = subprocess.run([*command, *files], capture_output=True, text=True, check=True)
    assert large.stat().st_size > 20e6
    # Keeping the ids, or the refused rows, of the file takes 8 MB or more; keeping the products 30.
    assert float(done.stdout) < 6
