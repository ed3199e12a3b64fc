"""Is the PostgreSQL that a person brought along fit for the catalogue?"""

import psycopg2

from scripts.local.errors import UnfitDatabaseError

MIN_POSTGRES = 14
MIN_PGVECTOR = (0, 8)
CONNECT_SECONDS = 10


def check_database(url: str) -> None:
    """Raise UnfitDatabaseError unless `url` leads to PostgreSQL >= 14 that can have pgvector >= 0.8."""
    try:
        connection = psycopg2.connect(url, connect_timeout=CONNECT_SECONDS)
    except psycopg2.Error as error:
        raise UnfitDatabaseError(
            f"No connection to the database of DATABASE_URL: {str(error).strip()}\n"
            "Check the address, or leave DATABASE_URL out to use the PostgreSQL that comes with this project."
        ) from error
    try:
        if connection.server_version < MIN_POSTGRES * 10_000:
            version = connection.server_version // 10_000
            raise UnfitDatabaseError(
                f"DATABASE_URL is PostgreSQL {version}; {MIN_POSTGRES} or newer is needed."
            )
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT coalesce(installed_version, default_version), installed_version IS NOT NULL"
                " FROM pg_available_extensions WHERE name = 'vector'"
            )
            check_pgvector(cursor.fetchone())
    finally:
        connection.close()


def check_pgvector(found: tuple[str, bool] | None) -> None:
    """`found`: its version, and whether it is installed in the database (else only on the server)."""
    wanted = ".".join(str(part) for part in MIN_PGVECTOR)
    if found is None:
        raise UnfitDatabaseError(
            f"The server of DATABASE_URL has no pgvector; {wanted} or newer is needed. Install it there "
            "(Debian: the package postgresql-NN-pgvector; Docker: the image pgvector/pgvector), "
            "or leave DATABASE_URL out to use the PostgreSQL that comes with this project."
        )
    version, installed = found
    if tuple(int(part) for part in version.split(".")[:2]) < MIN_PGVECTOR:
        remedy = "update it there, then ALTER EXTENSION vector UPDATE" if installed else "update it there"
        raise UnfitDatabaseError(
            f"DATABASE_URL has pgvector {version}; {wanted} or newer is needed: {remedy}."
        )
