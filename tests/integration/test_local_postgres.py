"""The local PostgreSQL: starts, remembers, and leaves nothing behind however its parts end."""

import psycopg2


def test_has_the_extensions_the_catalogue_needs(postgres_url: str) -> None:
    connection = psycopg2.connect(postgres_url)
    with connection.cursor() as cursor:
        for name in ("vector", "pg_trgm", "unaccent"):
            cursor.execute(f"CREATE EXTENSION {name}")
        cursor.execute("SELECT '[1,0]'::halfvec <=> '[0,1]'::halfvec")
        assert cursor.fetchone() == (1.0,)
    connection.close()
