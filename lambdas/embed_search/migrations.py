"""Brings a database to the schema that this code needs.

Migrations are the files `sql/migrations/NNNN_*.sql`, applied in the order of their names, each in its
own transaction and once. They are plain statements, none of which needs a psql command or a COPY, so
the RDS Data API runs them as well as psycopg2 (deploy/data_api.py). Only the standard library is
imported here.
"""

import hashlib
import re
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from functools import partial
from importlib.resources import files
from typing import TYPE_CHECKING, Any, Protocol

from embed_search.errors import EmbedSearchError

if TYPE_CHECKING:
    from embed_search.postgres import Connection

# Any number will do, as long as nothing else locks it; these are the bytes of "apparel".
LOCK = 0x61707061_72656C

_TABLE = """
CREATE TABLE IF NOT EXISTS schema_migration (
    name       text PRIMARY KEY,
    sha256     text NOT NULL,
    applied_at timestamptz NOT NULL DEFAULT now()
)
"""


class MigrationError(EmbedSearchError):
    """The database was migrated by other files than these."""


class Execute(Protocol):
    """Runs one statement and returns its rows. Parameters stand as `%(name)s` in it."""

    def __call__(self, statement: str, parameters: Mapping[str, str] | None = None) -> list[Any]: ...


Begin = Callable[[], AbstractContextManager[Execute]]
"""Begins a transaction, which is committed at the end, and rolled back if an exception comes out."""


@dataclass(frozen=True)
class Migration:
    name: str
    sql: str

    @property
    def sha256(self) -> str:
        return hashlib.sha256(self.sql.encode()).hexdigest()


def migrations() -> list[Migration]:
    """All of them, in the order in which they apply."""
    folder = files("embed_search") / "sql" / "migrations"
    names = sorted(entry.name for entry in folder.iterdir() if entry.name.endswith(".sql"))
    return [Migration(name, (folder / name).read_text(encoding="utf-8")) for name in names]


def statements(sql: str) -> list[str]:
    """The statements of a file, without the lines that are comments. A `;` at the end of a line ends one."""
    code = re.sub(r"^[ \t]*--.*$", "", sql, flags=re.MULTILINE)
    return [part.strip() for part in re.split(r";[ \t]*$", code, flags=re.MULTILINE) if part.strip()]


def migrate(connection: "Connection") -> list[str]:
    """`apply_migrations` on a connection."""
    connection.rollback()
    return apply_migrations(partial(_transaction, connection))


def apply_migrations(begin: Begin) -> list[str]:
    """Applies what is missing and returns the names of it. Safe to call at any time, also by many at once.

    Raises MigrationError when a migration that was applied has been changed since.
    """
    with begin() as execute:
        lock(execute)
        execute(_TABLE)
    return [migration.name for migration in migrations() if _apply(begin, migration)]


def lock(execute: Execute) -> None:
    """Waits for others that change the schema; to the end of the transaction."""
    execute(f"SELECT pg_advisory_xact_lock({LOCK})::text")


def _apply(begin: Begin, migration: Migration) -> bool:
    with begin() as execute:
        lock(execute)
        applied = execute(
            "SELECT sha256 FROM schema_migration WHERE name = %(name)s", {"name": migration.name}
        )
        if applied:
            if applied[0][0] != migration.sha256:
                raise MigrationError(
                    f"The migration {migration.name} has changed since this database was migrated. "
                    "Put the change into a new migration."
                )
            return False
        for statement in statements(migration.sql):
            execute(statement)
        execute(
            "INSERT INTO schema_migration (name, sha256) VALUES (%(name)s, %(sha256)s)",
            {"name": migration.name, "sha256": migration.sha256},
        )
        return True


@contextmanager
def _transaction(connection: "Connection") -> Iterator[Execute]:
    with connection, connection.cursor() as cursor:

        def execute(statement: str, parameters: Mapping[str, str] | None = None) -> list[Any]:
            cursor.execute(statement, parameters)
            return cursor.fetchall() if cursor.description else []

        yield execute
