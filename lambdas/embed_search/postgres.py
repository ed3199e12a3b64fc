"""Connections and statements."""

from functools import cache
from pathlib import Path
from typing import Any

import psycopg2
from psycopg2.extensions import connection as Connection

__all__ = ["Connection", "connect", "read_sql"]

# JIT compiles longer than these statements run. The candidates of an unfiltered question at 12
# thousand products need more than the 4 MB that a sort may use by default. Two errors in a word of eight
# letters leave it less similar than 0.3, the default threshold of pg_trgm's `%`. The vector index goes on
# until it has found enough that passes the filters; nearly in order, because what it finds is ranked anew.
# At a million products it finds 90 % of the ten nearest with a list of 200, all of them with 400. It gives up
# after 7,000 texts, which take as long as an exact scan of 35,000 products.
_SEARCH_OPTIONS = (
    "-c jit=off -c work_mem=16MB -c pg_trgm.similarity_threshold=0.2"
    " -c hnsw.iterative_scan=relaxed_order -c hnsw.ef_search=400 -c hnsw.max_scan_tuples=7000"
    " -c statement_timeout={timeout} -c idle_session_timeout={idle}"
)


@cache
def read_sql(name: str) -> str:
    """The text of `sql/<name>.sql`, with `sql/large/scope.sql` in the place of {scope}, and
    `sql/filters.sql` in that of {filters}."""
    folder = Path(__file__).with_name("sql")
    text = (folder / f"{name}.sql").read_text(encoding="utf-8")
    text = text.replace("{scope}", (folder / "large" / "scope.sql").read_text(encoding="utf-8"))
    return text.replace("{filters}", (folder / "filters.sql").read_text(encoding="utf-8"))


def connect(database_url: str, *, timeout_s: int, statement_timeout_ms: int, idle_s: int = 180) -> Connection:
    """A connection for reading: every statement is its own transaction.

    The server closes it when it was not used for `idle_s` seconds.

    Raises psycopg2.OperationalError when the server can't be reached within `timeout_s` seconds.
    """
    options: dict[str, Any] = {
        "connect_timeout": timeout_s,
        "options": _SEARCH_OPTIONS.format(timeout=statement_timeout_ms, idle=idle_s * 1000),
        "application_name": "embed_search",
        # A server that vanished without a word is noticed after about 25 s instead of two hours.
        "keepalives_idle": 10,
        "keepalives_interval": 5,
        "keepalives_count": 3,
        # The same while it owes us the receipt of a statement. In milliseconds.
        "tcp_user_timeout": 10_000,
    }
    connection: Connection = psycopg2.connect(database_url, **options)
    connection.set_session(readonly=True, autocommit=True)
    return connection
