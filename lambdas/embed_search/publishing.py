"""The end of a load: everything that searches see changes at one instant."""

import time
from collections.abc import Generator
from dataclasses import dataclass

from embed_search.catalogue_row import RefusedRow
from embed_search.errors import LoadInterrupted
from embed_search.large_indexes import ensure_vector_index, ensure_word_index
from embed_search.postgres import Connection, read_sql
from embed_search.staging import CAREFUL, LoadPolicy, OpenLoad, counts_go_on, planned, the_open_load


@dataclass(frozen=True, kw_only=True)
class LoadReport:
    """What a load did; `loaded` is the number of products in the catalogue after it."""

    load_id: int
    """Of the load that is published; `refused_rows` gives its refused rows."""
    version: str
    loaded: int = 0
    unchanged: int = 0
    updated: int = 0
    inserted: int = 0
    deleted: int = 0
    described: int = 0
    """Products whose texts were read anew."""
    embedded: int = 0
    """Texts."""
    refused: int = 0
    """Rows."""
    seconds: float = 0.0
    reading_seconds: float = 0.0
    """These four are parts of `seconds`."""
    describing_seconds: float = 0.0
    embedding_seconds: float = 0.0
    vector_index_seconds: float = 0.0

    @property
    def database_seconds(self) -> float:
        """The rest, with what is done for the database: hashing, and spelling its COPY."""
        elsewhere = self.reading_seconds + self.describing_seconds + self.embedding_seconds
        return self.seconds - elsewhere - self.vector_index_seconds


def publish(connection: Connection, load_id: int, policy: LoadPolicy = CAREFUL) -> LoadReport:
    """Makes the catalogue what the load says, in one transaction. In a large catalogue a vector index is
    built first, which takes minutes, and of which searchers notice nothing.

    Raises CatalogueFileError, LoadRefused, LoadInterrupted (also while something is left to be indexed) and
    psycopg2.Error.
    """
    started = time.perf_counter()
    with connection:
        embedder = the_open_load(connection, load_id).embedder
    ensure_vector_index(connection, embedder)
    index_seconds = time.perf_counter() - started
    with connection, connection.cursor() as cursor:
        load = the_open_load(connection, load_id, alone=True)
        plan = planned(connection, load_id, policy)
        _expect_all_indexed(connection, load)
        changed = _replace_products(connection, load)
        if changed or plan.deleted:
            _count_words(connection, load)
            ensure_word_index(connection, plan.products)
            cursor.execute("ANALYZE product, word")
        cursor.execute(
            "INSERT INTO catalogue_load (load_id, version, embedder, recipe, source, products, refused_rows) "
            "VALUES (%s, %s, %s, %s, %s, %s, %s)",
            (load_id, load.version, load.embedder, load.recipe, load.source, plan.products, plan.refused),
        )
        cursor.execute(read_sql("load/close"), {"load_id": load_id})
    return LoadReport(
        load_id=load_id,
        version=load.version,
        loaded=plan.products,
        inserted=plan.inserted,
        updated=changed - plan.inserted,
        unchanged=plan.products - changed,
        deleted=plan.deleted,
        described=plan.to_describe,
        embedded=plan.to_embed,
        refused=plan.refused,
        vector_index_seconds=index_seconds,
    )


def published(connection: Connection, version: str) -> LoadReport | None:
    """The report of a load that has nothing to do: the catalogue is that version already. Otherwise None."""
    with connection, connection.cursor() as cursor:
        cursor.execute(
            "SELECT load_id, version, products, refused_rows FROM catalogue_load "
            "ORDER BY load_id DESC LIMIT 1"
        )
        newest = cursor.fetchone()
    if newest is None or newest[1] != version:
        return None
    load_id, _, products, refused = newest
    return LoadReport(load_id=load_id, version=version, loaded=products, unchanged=products, refused=refused)


def refused_rows(connection: Connection, load_id: int) -> Generator[RefusedRow, None, None]:
    """The refused rows of the open load, or of the published one, in the file's order; streamed."""
    with connection, connection.cursor("refused_rows", withhold=True) as cursor:
        cursor.execute("SELECT line, reason FROM refused_row WHERE load_id = %s ORDER BY line", (load_id,))
        for line, reason in cursor:
            yield RefusedRow(line, reason)


def _expect_all_indexed(connection: Connection, load: OpenLoad) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT EXISTS (SELECT FROM to_describe) OR EXISTS (SELECT FROM to_embed), "
            "(SELECT count(*) FROM staged_facts)"
        )
        left, described = cursor.fetchall()[0]
    if left or described != load.to_describe:
        raise LoadInterrupted("Not everything is described and embedded yet.")


def _count_words(connection: Connection, load: OpenLoad) -> None:
    with connection.cursor() as cursor:
        if not counts_go_on(connection, load.recipe):
            cursor.execute("DELETE FROM word")
        cursor.execute(read_sql("load/words"))


def _replace_products(connection: Connection, load: OpenLoad) -> int:
    """The number of products that are new or different."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT embedder FROM catalogue_load ORDER BY load_id DESC LIMIT 1")
        same_model = cursor.fetchall() in ([], [(load.embedder,)])
        cursor.execute(read_sql("load/delete"))
        statements = ["update_prices" if same_model else "update_vectors", "upsert"]
        changed = 0
        for statement in statements:
            cursor.execute(read_sql(f"load/{statement}"), {"embedder": load.embedder})
            changed += cursor.rowcount
        if not same_model:
            cursor.execute(read_sql("load/forget_vectors"), {"embedder": load.embedder})
        return changed
