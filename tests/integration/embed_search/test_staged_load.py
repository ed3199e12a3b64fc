"""The steps of a load, as many processes take them: parts in any order and twice, batches that are shared."""

import threading
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import closing
from decimal import Decimal

import psycopg2
import pytest

from embed_search.catalogue_row import CatalogueRow, RefusedRow
from embed_search.errors import LoadInterrupted, LoadRefused
from embed_search.migrations import migrate
from embed_search.missing import index_missing
from embed_search.postgres import Connection
from embed_search.publishing import LoadReport, publish, refused_rows
from embed_search.staging import LoadPolicy, Plan, open_load, prepare, stage
from tests.embed_search_fakes import WordEmbedder
from tests.integration.embed_search.databases import empty_database


@pytest.fixture
def url(postgres_server: str) -> Iterator[str]:
    with empty_database(postgres_server) as url:
        yield url


@pytest.fixture
def connection(url: str) -> Iterator[Connection]:
    with closing(psycopg2.connect(url)) as connection:
        migrate(connection)
        yield connection


def good(line: int, product_id: object, name: str, price: int = 100) -> CatalogueRow:
    return CatalogueRow(line, str(product_id), name, "Acme", "Men", Decimal(price), "", "")


def shirts(first: int, last: int) -> list[CatalogueRow]:
    return [good(number, number, f"Shirt {number}") for number in range(first, last)]


def opened(connection: Connection, *parts: Sequence[CatalogueRow | RefusedRow]) -> int:
    load_id = open_load(connection, "version", "words")
    for number, rows in enumerate(parts):
        stage(connection, load_id, number, rows)
    return load_id


def published(connection: Connection, *parts: Sequence[CatalogueRow | RefusedRow]) -> LoadReport:
    load_id = opened(connection, *parts)
    prepare(connection, load_id)
    assert index_missing(connection, WordEmbedder(), load_id) == 0
    return publish(connection, load_id)


def names(connection: Connection) -> dict[str, str]:
    with connection, connection.cursor() as cursor:
        cursor.execute("SELECT product_id, name FROM product ORDER BY product_id")
        return dict(cursor.fetchall())


def test_parts_come_in_any_order_and_a_part_may_come_twice(connection: Connection) -> None:
    load_id = open_load(connection, "version", "words")
    for part in (1, 0, 1, 0):
        stage(connection, load_id, part, [good(part + 2, part, f"Shirt {part}"), RefusedRow(part + 5, "bad")])
    assert prepare(connection, load_id) == prepare(connection, load_id) == Plan(2, 2, 2, 0, 2, 2)
    assert [row.line for row in refused_rows(connection, load_id)] == [5, 6]


def test_part_that_breaks_off_leaves_nothing_and_may_come_again(connection: Connection) -> None:
    def breaking_off() -> Iterator[CatalogueRow]:
        yield good(2, 1, "Shirt")
        raise OSError("the stream broke")

    load_id = open_load(connection, "version", "words")
    with pytest.raises(OSError, match=r"^the stream broke$"):
        stage(connection, load_id, 0, breaking_off())
    stage(connection, load_id, 0, [good(2, 1, "Shirt")])
    assert prepare(connection, load_id).products == 1


def test_of_one_id_in_two_parts_the_first_line_counts(connection: Connection) -> None:
    report = published(
        connection, [good(7, 1, "Late Shirt"), good(8, 2, "Kurta")], [good(2, 1, "Early Shirt")]
    )
    assert names(connection) == {"1": "Early Shirt", "2": "Kurta"}
    assert list(refused_rows(connection, report.load_id)) == [
        RefusedRow(7, "the id 1 stands already in line 2")
    ]


def test_processes_share_the_work_and_none_of_it_is_done_twice(connection: Connection, url: str) -> None:
    load_id = opened(connection, shirts(0, 3_000))
    prepare(connection, load_id)
    embedders = [WordEmbedder() for _ in range(3)]

    def work(embedder: WordEmbedder) -> None:
        with closing(psycopg2.connect(url)) as own:
            index_missing(own, embedder, load_id)

    threads = [threading.Thread(target=work, args=(embedder,)) for embedder in embedders]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    embedded = Counter(text for embedder in embedders for text in embedder.embedded)
    assert set(embedded.values()) == {1}
    report = publish(connection, load_id)
    assert report.loaded == report.embedded == report.described == len(embedded) == 3_000


def test_work_may_stop_and_go_on(connection: Connection) -> None:
    load_id = opened(connection, shirts(0, 600))
    prepare(connection, load_id)
    turns = iter([True, True, True, False])
    assert index_missing(connection, WordEmbedder(), load_id, go_on=lambda: next(turns, False)) > 0
    with pytest.raises(LoadInterrupted, match="Not everything is described and embedded"):
        publish(connection, load_id)
    assert index_missing(connection, WordEmbedder(), load_id) == 0
    assert publish(connection, load_id).loaded == 600


def test_newer_load_takes_the_place_of_one_that_is_open(connection: Connection) -> None:
    old = opened(connection, shirts(0, 3))
    new = opened(connection, shirts(5, 9))
    prepare(connection, new)
    for step in (
        lambda: stage(connection, old, 1, shirts(3, 5)),
        lambda: prepare(connection, old),
        lambda: index_missing(connection, WordEmbedder(), old),
        lambda: publish(connection, old),
    ):
        with pytest.raises(LoadInterrupted, match="Another load has begun"):
            step()
    index_missing(connection, WordEmbedder(), new)
    assert publish(connection, new).loaded == 4


def test_steps_in_the_wrong_order_are_refused(connection: Connection) -> None:
    load_id = opened(connection, shirts(0, 3))
    with pytest.raises(LoadInterrupted, match="not prepared"):
        index_missing(connection, WordEmbedder(), load_id)
    with pytest.raises(LoadInterrupted, match="not prepared"):
        publish(connection, load_id)
    prepare(connection, load_id)
    with pytest.raises(LoadInterrupted, match="Part 1 came when the load was prepared already"):
        stage(connection, load_id, 1, shirts(3, 5))


def test_load_is_embedded_by_the_model_that_it_was_opened_for(connection: Connection) -> None:
    load_id = opened(connection, shirts(0, 3))
    prepare(connection, load_id)
    other = WordEmbedder()
    other.name = "other words"
    with pytest.raises(LoadInterrupted, match="embeds with words, and not with other words"):
        index_missing(connection, other, load_id)
    assert other.embedded == []


def test_load_is_published_once(connection: Connection) -> None:
    report = published(connection, shirts(0, 3))
    with pytest.raises(LoadInterrupted):
        publish(connection, report.load_id)


@pytest.mark.parametrize("emptied", ["staged_row", "staged_facts, to_describe, to_embed"])
def test_rows_that_a_crash_of_the_server_has_lost_are_missed(connection: Connection, emptied: str) -> None:
    """Simulated: recovery empties unlogged tables (test_killed_anywhere has real crashes)."""
    published(connection, shirts(0, 3))
    load_id = opened(connection, shirts(0, 2), shirts(2, 9))
    prepare(connection, load_id)
    with connection, connection.cursor() as cursor:
        cursor.execute(f"TRUNCATE {emptied}")
    with pytest.raises(LoadInterrupted):
        publish(connection, load_id)
    assert len(names(connection)) == 3


def test_part_that_a_crash_has_lost_is_missed_before_anything_is_embedded(connection: Connection) -> None:
    """Simulated: as above, between two parts."""
    load_id = opened(connection, shirts(0, 5))
    with connection, connection.cursor() as cursor:
        cursor.execute("TRUNCATE staged_row")
    stage(connection, load_id, 1, shirts(5, 7))
    with pytest.raises(LoadInterrupted, match="was restarted"):
        prepare(connection, load_id)


def test_too_many_deletions_are_refused_before_anything_is_embedded(connection: Connection) -> None:
    published(connection, shirts(0, 10))
    load_id = opened(connection, shirts(3, 10))
    with pytest.raises(LoadRefused, match=r"3 of the 10 products .* at most 20% are deleted at once"):
        prepare(connection, load_id)
    assert prepare(connection, load_id, LoadPolicy(max_deleted_share=0.3)).deleted == 3
    assert prepare(connection, load_id, LoadPolicy(force=True)).deleted == 3
    with pytest.raises(LoadRefused):
        publish(connection, load_id)
    assert len(names(connection)) == 10
    assert published(connection, shirts(2, 10)).deleted == 2


def test_too_few_good_rows_are_refused(connection: Connection) -> None:
    bad = [RefusedRow(line, "Gender is 'Pets'") for line in range(20, 25)]
    load_id = opened(connection, shirts(0, 4), bad)
    with pytest.raises(LoadRefused, match="Only 4 of the file's 9 rows are good"):
        prepare(connection, load_id)
    assert len(list(refused_rows(connection, load_id))) == 5, "they tell why"
    assert published(connection, shirts(0, 5), bad).loaded == 5


def test_price_alone_is_neither_described_nor_embedded(connection: Connection) -> None:
    published(connection, shirts(0, 10))
    dearer = [good(number, number, f"Shirt {number}", price=101) for number in range(10)]
    report = published(connection, dearer)
    assert (report.updated, report.described, report.embedded) == (10, 0, 0)
