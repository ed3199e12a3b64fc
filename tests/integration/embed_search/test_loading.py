"""Loading: what is new is embedded, the rest is left alone, and searches see one catalogue at a time."""

import threading
from collections.abc import Iterator, Sequence
from contextlib import closing
from decimal import Decimal
from pathlib import Path

import numpy as np
import numpy.typing as npt
import psycopg2
import pytest

from apparel.contracts import FacetsReply
from embed_search.catalogue_row import RefusedRow
from embed_search.errors import CatalogueFileError
from embed_search.indexing import load_catalogue
from embed_search.large_indexes import INDEX_FROM
from embed_search.migrations import migrate
from embed_search.missing import Step
from embed_search.postgres import Connection, connect
from embed_search.product_store import PostgresProductStore
from embed_search.publishing import LoadReport, refused_rows
from embed_search.staging import LOCK, LoadPolicy
from tests.embed_search_fakes import WordEmbedder, row, write_catalogue
from tests.integration.embed_search.databases import empty_database

FIRST = [
    row(1, "Blue Shirt", price=500),
    row(2, "Blue Shirt", price=600),
    row(3, "Red Saree", "Women", 900, description="Pure silk"),
    row(4, "Grey \\N \"Tabby\" Shirt\t{x,'y'}", price="10.50", brand="A\\B"),
]


# So few products are all but deleted soon.
FORCED = LoadPolicy(force=True)


class Shop:
    """A database of its own, and files that are loaded into it."""

    def __init__(self, url: str, folder: Path) -> None:
        self.url = url
        self.connection: Connection = psycopg2.connect(url)
        self.embedder = WordEmbedder()
        self.store = PostgresProductStore(lambda: connect(url, timeout_s=5, statement_timeout_ms=5_000))
        self.file = folder / "catalogue.csv"
        migrate(self.connection)

    def load(self, *rows: tuple[str, ...], policy: LoadPolicy = FORCED) -> LoadReport:
        write_catalogue(self.file, rows)
        return load_catalogue(self.connection, self.embedder, self.file, policy=policy)

    def refused(self, report: LoadReport) -> list[RefusedRow]:
        return list(refused_rows(self.connection, report.load_id))

    def names(self) -> dict[str, str]:
        found = self.store.products([str(number) for number in range(1, 10)])
        return {product.product_id: product.name for product in found}

    def facets(self) -> FacetsReply:
        return self.store.facets()


@pytest.fixture
def shop(postgres_server: str, tmp_path: Path) -> Iterator[Shop]:
    with empty_database(postgres_server) as url:
        shop = Shop(url, tmp_path)
        with closing(shop.connection):
            yield shop


def counts(report: LoadReport) -> dict[str, int]:
    names = ("loaded", "inserted", "updated", "unchanged", "deleted", "embedded")
    return {name: getattr(report, name) for name in names if getattr(report, name)}


def test_first_load_embeds_each_text_once(shop: Shop) -> None:
    assert counts(shop.load(*FIRST)) == {"loaded": 4, "inserted": 4, "embedded": 3}
    assert sorted(shop.embedder.embedded).count("Blue Shirt") == 1


def test_every_character_arrives(shop: Shop) -> None:
    shop.load(*FIRST)
    (product,) = shop.store.products(["4"])
    assert (product.name, product.brand, product.price) == (
        "Grey \\N \"Tabby\" Shirt {x,'y'}",
        "A\\B",
        Decimal("10.50"),
    )


def test_same_file_again_does_nothing(shop: Shop) -> None:
    first = shop.load(*FIRST, row(5, ""))
    again = shop.load(*FIRST, row(5, ""))
    assert counts(again) == {"loaded": 4, "unchanged": 4}
    assert (again.refused, again.load_id) == (first.refused, first.load_id)
    assert shop.refused(again) == [RefusedRow(6, "ProductName is blank")]
    assert again.version == first.version


def test_same_rows_in_another_order_touch_no_product(shop: Shop) -> None:
    shop.load(*FIRST)
    assert counts(shop.load(*reversed(FIRST))) == {"loaded": 4, "unchanged": 4}


def test_price_change_embeds_nothing(shop: Shop) -> None:
    before = shop.load(*FIRST)
    after = shop.load(row(1, "Blue Shirt", price=450), *FIRST[1:])
    assert counts(after) == {"loaded": 4, "updated": 1, "unchanged": 3}
    assert shop.store.products(["1"])[0].price == 450
    assert shop.facets().catalogue_version == after.version != before.version


def test_new_changed_and_removed_rows(shop: Shop) -> None:
    shop.load(*FIRST)
    words_before = shop.facets().words
    report = shop.load(FIRST[0], row(2, "Green Shirt"), row(7, "Red Saree", "Women"))
    assert counts(report) == {
        "loaded": 3, "inserted": 1, "updated": 1, "unchanged": 1, "deleted": 2, "embedded": 1,
    }  # fmt: skip
    assert shop.names() == {"1": "Blue Shirt", "2": "Green Shirt", "7": "Red Saree"}
    assert "blue" in words_before
    assert "blue" not in shop.facets().words


def test_text_that_comes_back_is_not_embedded_again(shop: Shop) -> None:
    shop.load(*FIRST)
    shop.load(FIRST[0])
    assert shop.load(*FIRST).embedded == 0


def test_another_embedder_embeds_everything_anew(shop: Shop) -> None:
    shop.load(*FIRST)
    shop.embedder.name = "other words"
    assert counts(shop.load(*FIRST)) == {"loaded": 4, "updated": 4, "embedded": 3}


def test_of_two_rows_with_one_id_the_first_good_one_counts(shop: Shop) -> None:
    report = shop.load(row(5, ""), row(5, "Shirt"), row(" 5", "Kurta"), row(6, "Saree"))
    assert shop.names() == {"5": "Shirt", "6": "Saree"}
    assert shop.refused(report)[1:] == [RefusedRow(4, "the id 5 stands already in line 3")]
    assert "Kurta" not in shop.embedder.embedded


def test_bad_rows_are_refused_and_good_ones_load(shop: Shop) -> None:
    report = shop.load(row(1, "Shirt", price="NaN"), row(2, "Shirt"), row(2, "Saree"))
    assert counts(report) == {"loaded": 1, "inserted": 1, "embedded": 1}
    assert [refused.line for refused in shop.refused(report)] == [2, 4]


@pytest.mark.parametrize("rows", [[], [row(1, ""), row(2, "Shirt", price=-1)]])
def test_file_without_a_good_row_leaves_the_old_catalogue(shop: Shop, rows: list[tuple[str, ...]]) -> None:
    shop.load(*FIRST)
    with pytest.raises(CatalogueFileError, match="no row that can be loaded"):
        shop.load(*rows)
    assert len(shop.names()) == 4
    assert counts(shop.load(*FIRST)) == {"loaded": 4, "unchanged": 4}


def test_file_that_is_no_catalogue_leaves_the_old_one(shop: Shop) -> None:
    shop.load(*FIRST)
    shop.file.write_text("ProductID,ProductName\n1,Shirt\n")
    with pytest.raises(CatalogueFileError, match="lacks the columns ProductBrand, Gender"):
        load_catalogue(shop.connection, shop.embedder, shop.file)
    assert len(shop.names()) == 4


def test_progress_ends_at_the_number_of_texts(shop: Shop) -> None:
    write_catalogue(shop.file, [row(number, f"Shirt {number}") for number in range(600)])
    seen: dict[Step, list[tuple[int, int]]] = {}

    def note(step: Step, done: int, total: int) -> None:
        seen.setdefault(step, []).append((done, total))

    load_catalogue(shop.connection, shop.embedder, shop.file, note)
    assert list(seen) == ["reading", "describing", "embedding"]
    totals = [shop.file.stat().st_size, 600, 600]
    for shown, total in zip(seen.values(), totals, strict=True):
        assert shown[-1] == (total, total)
        assert sorted(shown) == shown


def test_who_publishes_a_large_catalogue_is_told(shop: Shop) -> None:
    write_catalogue(shop.file, [row(number, "Shirt") for number in range(INDEX_FROM)])
    seen: list[Step] = []
    load_catalogue(shop.connection, shop.embedder, shop.file, lambda step, _done, _total: seen.append(step))
    assert seen[-1] == "publishing"


def test_searches_see_the_old_catalogue_until_the_new_one_is_whole(shop: Shop) -> None:
    shop.load(*FIRST)
    seen = []

    class Watching(WordEmbedder):
        def embed(self, texts: Sequence[str]) -> npt.NDArray[np.float32]:
            seen.append(shop.names())
            return super().embed(texts)

    shop.embedder = Watching()
    old = shop.names()
    shop.load(row(1, "Violet Shirt"), row(9, "Violet Saree"))
    assert seen == [old]
    assert shop.names() == {"1": "Violet Shirt", "9": "Violet Saree"}


def test_two_loads_at_once_take_turns_and_embed_once(shop: Shop) -> None:
    write_catalogue(shop.file, FIRST)
    reports: list[LoadReport] = []

    def load() -> None:
        with closing(psycopg2.connect(shop.url)) as connection:
            reports.append(load_catalogue(connection, WordEmbedder(), shop.file))

    threads = [threading.Thread(target=load) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(report.embedded for report in reports) == [0, 0, 3]
    assert sorted(report.inserted for report in reports) == [0, 0, 4]


def test_file_that_is_written_to_meanwhile_is_not_taken_for_whole(shop: Shop) -> None:
    shop.load(*FIRST)
    write_catalogue(shop.file, [row(number, f"Shirt {number}") for number in range(3_000)])
    whole = shop.file.read_bytes()

    def truncate(step: Step, done: int, _total: int) -> None:
        if step == "reading" and done:
            shop.file.write_bytes(whole[: len(whole) * 9 // 10])

    with pytest.raises(CatalogueFileError, match="was written to while it was read"):
        load_catalogue(shop.connection, shop.embedder, shop.file, truncate, policy=FORCED)
    assert len(shop.names()) == 4
    shop.file.write_bytes(whole)
    report = load_catalogue(shop.connection, shop.embedder, shop.file, policy=FORCED)
    assert report.loaded == 3_000


def test_who_waits_for_another_load_is_told(shop: Shop) -> None:
    write_catalogue(shop.file, FIRST)
    seen: list[Step] = []
    with closing(psycopg2.connect(shop.url)) as other, other.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_lock(%s)", (LOCK,))

        def note(step: Step, _done: int, _total: int) -> None:
            seen.append(step)
            if step == "waiting":
                other.close()

        report = load_catalogue(shop.connection, shop.embedder, shop.file, note)
    assert (seen.index("waiting"), report.loaded) == (0, 4)
