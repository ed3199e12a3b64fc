"""Brings a database to the schema that this code needs.

Migrations are the files `sql/migrations/NNNN_*.sql`, applied in the order of their names, each in its
own transaction and once. They are plain statements, none of which needs a psql command or a COPY, so
the RDS Data API can run them as well, one by one (`statements`).
"""

import hashlib
import re
from dataclasses import dataclass
from importlib.resources import files

from embed_search.errors import EmbedSearchError
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
    """The statements of a migration. A `;` at the end of a line ends one."""
    return [part.strip() for part in re.split(r";[ \t]*$", sql, flags=re.MULTILINE) if part.strip()]


def migrate(connection: Connection) -> list[str]:
    """Applies what is missing and returns the names of it. Safe to call at any time, also by many at once.

    Raises MigrationError when a migration that was applied has been changed since.
    """
    connection.rollback()
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_lock(%s)", (LOCK,))
        try:
            cursor.execute(_TABLE)
            connection.commit()
            return [migration.name for migration in migrations() if _apply(connection, migration)]
        finally:
            connection.rollback()
            cursor.execute("SELECT pg_advisory_unlock(%s)", (LOCK,))
            connection.commit()


def _apply(connection: Connection, migration: Migration) -> bool:
    with connection, connection.cursor() as cursor:
        cursor.execute("SELECT sha256 FROM schema_migration WHERE name = %s", (migration.name,))
        applied = cursor.fetchone()
        if applied:
            if applied[0] != migration.sha256:
                raise MigrationError(
                    f"The migration {migration.name} has changed since this database was migrated. "
                    "Put the change into a new migration."
                )
            return False
        for statement in statements(migration.sql):
            cursor.execute(statement)
        cursor.execute(
            "INSERT INTO schema_migration (name, sha256) VALUES (%s, %s)", (migration.name, migration.sha256)
        )
        return True
