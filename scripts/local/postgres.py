"""A PostgreSQL server with pgvector, from a pip package: no Docker, no system package, as root or not.

    with running_postgres(Path(".local/postgres")) as url:
        psycopg2.connect(url)

The server listens on a Unix socket only that this user alone can get to. It lives under a keeper process
(postgres_keeper.py) and stops when this process ends, however it ends. Where the files lie, also for root,
says postgres_files.py.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from scripts.local.child_process import ChildProcess
from scripts.local.postgres_files import connection_url, server_home
from scripts.local.postgres_keeper import START_SECONDS, ready_file


def postgres_child(data_dir: Path, log: Path, settings: Sequence[str] = ()) -> tuple[ChildProcess, str]:
    """The server as a child process, not started yet, and the URL that it will answer on."""
    home = server_home(data_dir)

    def is_ready(keeper_pid: int) -> bool:
        file = ready_file(home)
        return file.exists() and file.read_text() == str(keeper_pid)

    keeper = ChildProcess(
        "PostgreSQL", "scripts.local.postgres_keeper", [str(home), *settings], log, is_ready
    )
    return keeper, connection_url(home)


@contextmanager
def running_postgres(data_dir: Path, settings: Sequence[str] = ()) -> Iterator[str]:
    """Run a server on `data_dir` (made if need be) and give its libpq URL, superuser `postgres`.

    `settings` (`shared_buffers=1GB`) go before those of postgres_keeper.py.

    The log is `data_dir`/server.log. Raises ChildFailedError, with the end of the log, when it does not
    start; also when another process runs a server on the same folder.
    """
    keeper, url = postgres_child(data_dir, data_dir / "server.log", settings)
    keeper.start()
    try:
        keeper.wait_until_ready(START_SECONDS)
        yield url
    finally:
        keeper.stop()
