"""Batches of a load that failed for good are set aside, and the rest of the file is loaded.

What is set aside is in the report with its lines. A product that may be among it stays as it is: a batch that
failed says nothing of what left the file.
"""

from collections.abc import Collection, Mapping, Sequence

from embed_search.copying import copy_rows
from embed_search.errors import LoadRefused
from embed_search.file_parts import FilePart
from embed_search.missing import counted
from embed_search.postgres import Connection, read_sql
from embed_search.staging import LoadPolicy, counts_go_on, the_open_load

_KEPT_PART = -1
"""The number of the part that stands for products which the file may still hold."""


def unstaged(connection: Connection, load_id: int, parts: Sequence[FilePart]) -> list[FilePart]:
    """The parts that are not staged; all of them of a load that is no longer open. Raises psycopg2.Error."""
    with connection, connection.cursor() as cursor:
        cursor.execute("SELECT part FROM staged_part WHERE load_id = %s", (load_id,))
        staged = {number for (number,) in cursor}
    return [part for part in parts if part.number not in staged]


def set_parts_aside(
    connection: Connection, load_id: int, parts: Collection[FilePart], why: Mapping[int, str]
) -> None:
    """Before `prepare`: goes on without these parts. Nothing is deleted then, for it may be in one of them.

    `why` by the parts' numbers, as far as it is known. May be repeated. Raises LoadInterrupted and
    psycopg2.Error.
    """
    with connection:
        load = the_open_load(connection, load_id, alone=True)
        if not parts or load.products is not None:
            return
        if _keep_unseen(connection, load_id, load.recipe):
            reasons = ((load_id, part.first_line, _reason(part, why)) for part in parts)
            copy_rows(connection, "refused_row", reasons)


def stage_all_again(connection: Connection, load_id: int) -> None:
    """In the place of a file: the catalogue as it is. May be repeated. Raises LoadInterrupted and
    psycopg2.Error."""
    with connection:
        _keep_unseen(connection, load_id, the_open_load(connection, load_id, alone=True).recipe)


def _keep_unseen(connection: Connection, load_id: int, recipe: str) -> bool:
    """Whether it was not done before."""
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO staged_part (load_id, part) VALUES (%s, %s) ON CONFLICT DO NOTHING",
            (load_id, _KEPT_PART),
        )
        if not cursor.rowcount:
            return False
        cursor.execute(read_sql("load/keep_unseen"), {"same_recipe": counts_go_on(connection, recipe)})
        cursor.execute(
            "UPDATE staged_part SET products = %s WHERE load_id = %s AND part = %s",
            (cursor.rowcount, load_id, _KEPT_PART),
        )
        return True


def _reason(part: FilePart, why: Mapping[int, str]) -> str:
    lines = f"lines {part.first_line} to {part.last_line}"
    reason = why.get(part.number, "the execution has the reason")
    return f"{lines} could not be read, and were set aside: {reason}"


def set_unindexed_aside(connection: Connection, load_id: int) -> int:
    """Before `publish`: goes on without the products that were not described or not embedded, and returns
    how many these are. May be repeated. Raises LoadInterrupted and psycopg2.Error."""
    with connection, connection.cursor() as cursor:
        load = the_open_load(connection, load_id, alone=True)
        cursor.execute("SELECT EXISTS (SELECT FROM to_describe) OR EXISTS (SELECT FROM to_embed)")
        if not cursor.fetchall()[0][0]:
            return 0
        _uncount(connection, load.recipe)
        cursor.execute(read_sql("load/set_aside"), {"load_id": load_id})
        products = cursor.rowcount
        if products:
            cursor.execute("TRUNCATE to_describe, to_embed")
            cursor.execute(
                "UPDATE open_load SET products = (SELECT count(*) FROM staged_row), "
                "to_describe = (SELECT count(*) FROM staged_facts) WHERE load_id = %s",
                (load_id,),
            )
        return products


def _uncount(connection: Connection, recipe: str) -> None:
    """The words of products that were described, and then not embedded."""
    with connection.cursor() as cursor:
        cursor.execute(read_sql("load/unindexed"))
        rows = cursor.fetchall()
    if rows:
        words = counted(rows, counts_go_on(connection, recipe))
        copy_rows(connection, "staged_word", ((word, -products) for word, products in words))


def expect_good_rows(connection: Connection, load_id: int, rows: int, policy: LoadPolicy) -> None:
    """Raises LoadRefused when too few of the file's `rows` are left."""
    with connection, connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM staged_row WHERE line > 0")
        good: int = cursor.fetchall()[0][0]
    if good < policy.min_good_share * rows and not policy.force:
        raise LoadRefused(
            f"Only {good} of the file's {rows} rows could be loaded, and at least "
            f"{policy.min_good_share:.0%} must be. Look at the reasons in the report, or load with force.",
            load_id,
        )


def superseded_by(connection: Connection, load_id: int) -> str | None:
    """The newest file in S3 (s3://bucket/key) that is loaded since, or was; None where there is none such."""
    with connection, connection.cursor() as cursor:
        cursor.execute(
            "SELECT source FROM (SELECT load_id, source FROM open_load UNION ALL "
            "SELECT load_id, source FROM catalogue_load) AS load "
            "WHERE load_id > %s AND starts_with(source, 's3://') ORDER BY load_id DESC LIMIT 1",
            (load_id,),
        )
        newer = cursor.fetchone()
        return newer[0] if newer else None
