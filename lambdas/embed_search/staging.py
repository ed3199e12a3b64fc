"""A load from its opening to the plan of what is to be done: the file's rows, staged part by part.

    load_id = open_load(...)
    stage(..., load_id, part, rows)    for every part of the file, in any order, by any number of processes
    prepare(..., load_id, policy)      once all are staged
    index_missing(...)                 by any number of processes (embed_search.indexing)
    publish(..., load_id, policy)      (embed_search.publishing)

Every step may be repeated, and may be killed. Each raises LoadInterrupted when a newer load was opened, or
the server crashed meanwhile, and psycopg2.Error.
"""

import hashlib
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from apparel.taxonomy import TAXONOMY_VERSION
from embed_search.catalogue_row import CatalogueRow, RefusedRow
from embed_search.copying import Value, copy_rows
from embed_search.document import RECIPE_VERSION, embedding_text, listed_words
from embed_search.errors import CatalogueFileError, LoadInterrupted, LoadRefused
from embed_search.postgres import Connection, read_sql

# Not the lock of the migrations: both may be wanted by one process.
LOCK = 0x61707061_72656D

_OPEN_LOAD = """
SELECT version, embedder, recipe, source, products, to_describe, to_embed FROM open_load WHERE load_id = %s
"""

_WORDS_AT_ONCE = 100_000
"""Distinct words counted in memory."""


@dataclass(frozen=True)
class LoadPolicy:
    """When a load is not published, so that a broken export costs no shop its catalogue."""

    max_deleted_share: float = 0.2
    """Of the products in the catalogue."""
    min_good_share: float = 0.5
    """Of the file's rows."""
    force: bool = False
    """Publishes all the same."""


CAREFUL = LoadPolicy()


@dataclass(frozen=True)
class Plan:
    """How the staged file differs from the catalogue."""

    products: int
    refused: int
    inserted: int
    deleted: int
    to_describe: int
    to_embed: int


@dataclass(frozen=True)
class OpenLoad:
    """The row of a load; the three numbers are None until it is prepared."""

    version: str
    embedder: str
    recipe: str
    source: str
    products: int | None
    to_describe: int | None
    to_embed: int | None


def open_load(connection: Connection, version: str, embedder: str, source: str = "file") -> int:
    """The id of a new load, by the name of the embedder that it embeds with. `source` says who loads.

    It takes the place of a load that is still open, whose steps are refused from now on. What that one has
    embedded stays embedded. Waits for a batch that it is embedding just now.
    """
    with connection, connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", (LOCK,))
        named = {"version": version, "embedder": embedder, "recipe": RECIPE_VERSION, "source": source}
        cursor.execute(read_sql("load/open"), named)
        load_id: int = cursor.fetchall()[0][0]
        return load_id


def is_any_open(connection: Connection) -> bool:
    """Whether a load is on its way, or was left by one that failed. Raises psycopg2.Error."""
    with connection, connection.cursor() as cursor:
        cursor.execute("SELECT EXISTS (SELECT FROM open_load)")
        found: bool = cursor.fetchall()[0][0]
        return found


def the_open_load(connection: Connection, load_id: int, *, alone: bool = False) -> OpenLoad:
    """The load, which stays open to the end of the transaction; `alone` waits until no step is at work."""
    with connection.cursor() as cursor:
        cursor.execute(
            f"{_OPEN_LOAD} FOR {'UPDATE' if alone else 'KEY SHARE'}",
            (load_id,),
        )
        found = cursor.fetchone()
    if found is None:
        raise LoadInterrupted("Another load has begun since, or has been published. This one is given up.")
    return OpenLoad(*found)


def stage(connection: Connection, load_id: int, part: int, rows: Iterable[CatalogueRow | RefusedRow]) -> None:
    """Stages one part of the file in one transaction: all of it or nothing.

    A part that is staged already is left as it is. Holds the part's refused rows in memory, not the others.
    """
    refused: list[RefusedRow] = []
    with connection, connection.cursor() as cursor:
        if the_open_load(connection, load_id).products is not None:
            raise LoadInterrupted(f"Part {part} came when the load was prepared already.")
        cursor.execute(
            "INSERT INTO staged_part (load_id, part) VALUES (%s, %s) ON CONFLICT DO NOTHING", (load_id, part)
        )
        if not cursor.rowcount:
            return
        products = copy_rows(connection, "staged_row", _good(rows, refused))
        copy_rows(connection, "refused_row", ((load_id, row.line, row.reason) for row in refused))
        cursor.execute(
            "UPDATE staged_part SET products = %s WHERE load_id = %s AND part = %s", (products, load_id, part)
        )


def _good(
    rows: Iterable[CatalogueRow | RefusedRow], refused: list[RefusedRow]
) -> Iterator[tuple[Value, ...]]:
    for row in rows:
        if isinstance(row, RefusedRow):
            refused.append(row)
        else:
            yield _staged_row(row)


def _staged_row(row: CatalogueRow) -> tuple[Value, ...]:
    """The price stands in neither hash: a product of which it alone differs is not described again."""
    text = embedding_text(row)
    texts = (row.name, row.brand, row.gender, row.color, row.description)
    content = hashlib.sha256("\0".join([*texts, TAXONOMY_VERSION, RECIPE_VERSION]).encode()).digest()
    return (
        row.line, row.product_id, row.name, row.brand, row.gender, row.price, row.color, row.description,
        text, hashlib.sha256(text.encode()).digest(), content,
    )  # fmt: skip


def prepare(connection: Connection, load_id: int, policy: LoadPolicy = CAREFUL) -> Plan:
    """Refuses repeated ids, and finds out what is to be done, once all parts are staged.

    Raises CatalogueFileError when there is no good row, and LoadRefused by the policy: before any time is
    spent on embedding.
    """
    with connection, connection.cursor() as cursor:
        load = the_open_load(connection, load_id, alone=True)
        if load.products is None:
            _expect_all_rows(connection, load_id)
            cursor.execute(read_sql("load/refuse_repeated"), {"load_id": load_id})
            cursor.execute("ANALYZE staged_row")
            cursor.execute(read_sql("load/find_to_describe"))
            to_describe = cursor.rowcount
            cursor.execute(read_sql("load/find_to_embed"), {"embedder": load.embedder})
            to_embed = cursor.rowcount
            cursor.execute("ANALYZE to_describe, to_embed")
            if counts_go_on(connection, load.recipe):
                _uncount_deleted(connection)
            cursor.execute(
                "UPDATE open_load SET products = (SELECT count(*) FROM staged_row), to_describe = %s, "
                "to_embed = %s WHERE load_id = %s",
                (to_describe, to_embed, load_id),
            )
        return planned(connection, load_id, policy)


def planned(connection: Connection, load_id: int, policy: LoadPolicy) -> Plan:
    """What `prepare` has found, held against the policy. Raises as it does."""
    load = the_open_load(connection, load_id)
    if load.products is None or load.to_describe is None or load.to_embed is None:
        raise LoadInterrupted("The load is not prepared.")
    with connection.cursor() as cursor:
        cursor.execute(read_sql("load/plan"), {"load_id": load_id})
        staged, before, kept, refused = cursor.fetchall()[0]
        if staged != load.products:
            raise _lost()
        if not staged:
            raise CatalogueFileError(_no_good_row(connection, load_id), load_id)
    plan = Plan(load.products, refused, staged - kept, before - kept, load.to_describe, load.to_embed)
    if not policy.force:
        _hold_against(policy, plan, before, load_id)
    return plan


def _hold_against(policy: LoadPolicy, plan: Plan, before: int, load_id: int) -> None:
    rows = plan.products + plan.refused
    if plan.products < policy.min_good_share * rows:
        raise LoadRefused(
            f"Only {plan.products} of the file's {rows} rows are good, and at least "
            f"{policy.min_good_share:.0%} must be. Look at the reasons in the report, or load with force.",
            load_id,
        )
    if plan.deleted > policy.max_deleted_share * before:
        raise LoadRefused(
            f"{plan.deleted} of the {before} products in the catalogue are not in the file, and at most "
            f"{policy.max_deleted_share:.0%} are deleted at once. If the file is whole, load it with force.",
            load_id,
        )


def _expect_all_rows(connection: Connection, load_id: int) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT (SELECT coalesce(sum(products), 0) FROM staged_part WHERE load_id = %s) = "
            "(SELECT count(*) FROM staged_row)",
            (load_id,),
        )
        if not cursor.fetchall()[0][0]:
            raise _lost()


def _lost() -> LoadInterrupted:
    return LoadInterrupted(
        "The database was restarted during the load, and lost its rows. Load the file again."
    )


def _no_good_row(connection: Connection, load_id: int) -> str:
    with connection.cursor() as cursor:
        cursor.execute("SELECT reason FROM refused_row WHERE load_id = %s ORDER BY line LIMIT 1", (load_id,))
        reasons = "".join(f"; the first reason: {reason}" for (reason,) in cursor.fetchall())
    return f"The catalogue has no row that can be loaded{reasons}."


def counts_go_on(connection: Connection, recipe: str) -> bool:
    """Whether the words in the catalogue were counted by the same recipe, so that they can be added to."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT recipe FROM catalogue_load ORDER BY load_id DESC LIMIT 1")
        return cursor.fetchall() == [(recipe,)]


def _uncount_deleted(connection: Connection) -> None:
    with connection.cursor("deleted_texts", withhold=True) as cursor:
        cursor.execute(read_sql("load/deleted_texts"))
        counted: Counter[str] = Counter()
        for texts in cursor:
            counted.subtract(listed_words(*texts))
            if len(counted) > _WORDS_AT_ONCE:
                copy_rows(connection, "staged_word", counted.items())
                counted.clear()
    copy_rows(connection, "staged_word", counted.items())
