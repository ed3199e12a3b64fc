"""The indexes that only a large catalogue has, because in a small one looking at everything is faster: HNSW
on its vectors, GIN on its words.

HNSW stands on `embedding`, not on `product`: a price that changes writes a new version of the product's row,
which every index on that table must take in, and HNSW takes some milliseconds for each.
"""

import hashlib

from embed_search.postgres import Connection

INDEX_FROM = 20_000
"""Products, or their texts, from which on there are these indexes. All of fewer can be looked at in less than
a tenth of a second, which is exact (candidates.EXACT_ROWS)."""
BYTES_PER_TEXT = 2_200
"""Memory that the build wants for each, or it goes on from disk, ten times as slowly."""
MAX_BUILD_MEMORY = 4 << 30

_KEYS = """
SELECT replace(indexname, 'embedding_hnsw_', '') FROM pg_indexes
WHERE starts_with(indexname, 'embedding_hnsw_')
"""


def index_key(embedder: str) -> str:
    """Ends the name of an embedder's index. Each has one of its own, so that a new model's is built while the
    old one serves."""
    return hashlib.md5(embedder.encode(), usedforsecurity=False).hexdigest()[:8]


def ensure_vector_index(connection: Connection, embedder: str, index_from: int = INDEX_FROM) -> bool:
    """Builds the index of this embedder's vectors where it is wanted and not there yet; True if it did.

    Called when all texts have their vectors and before they are published: searchers notice nothing. Indexes
    of models that are no longer published are dropped, as is one that the catalogue has become too small for.
    Raises psycopg2.Error.
    """
    key = index_key(embedder)
    with connection, connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM embedding WHERE embedder = %s", (embedder,))
        texts: int = cursor.fetchall()[0][0]
        kept = {key} if texts >= index_from else set()
        cursor.execute("SELECT embedder FROM catalogue_load ORDER BY load_id DESC LIMIT 1")
        published = cursor.fetchone()
        if published and published[0] and published[0] != embedder:
            kept.add(index_key(published[0]))
        cursor.execute(_KEYS)
        there = {found for (found,) in cursor.fetchall()}
        for unused in there - kept:
            cursor.execute("SELECT drop_vector_index(%s)", (unused,))
        if key not in kept or key in there:
            return False
    _build(connection, key, embedder, texts)
    return True


def _build(connection: Connection, key: str, embedder: str, texts: int) -> None:
    """One statement that commits by itself. Postgres finishes it even when nobody waits any more, so a Lambda
    whose 15 minutes are over finds the index there when it is tried again."""
    memory = f"{min(texts * BYTES_PER_TEXT, MAX_BUILD_MEMORY) // 1024}kB"
    connection.autocommit = True
    try:
        with connection.cursor() as cursor:
            cursor.execute("SET statement_timeout = 0")
            cursor.execute(
                "SELECT set_config('maintenance_work_mem', %s, true), build_vector_index(%s, %s)",
                (memory, key, embedder),
            )
            # Or the planner takes the table for small, and sorts it.
            cursor.execute("ANALYZE embedding")
            cursor.execute("RESET statement_timeout")
    finally:
        connection.autocommit = False


def ensure_word_index(connection: Connection, products: int, index_from: int = INDEX_FROM) -> None:
    """Builds the index of the products' words, or drops it, in the caller's transaction. At the end of a load
    it is built in seconds, and needs no tending while the rows come. Raises psycopg2.Error."""
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {'build' if products >= index_from else 'drop'}_word_index()")
