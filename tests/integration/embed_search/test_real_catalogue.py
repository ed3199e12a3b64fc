"""Real products and the real model: every eighth row of the Myntra data set, where it is at hand."""

import csv
import itertools
from collections.abc import Callable, Iterator
from contextlib import closing
from functools import partial
from pathlib import Path

import psycopg2
import pytest

from apparel.contracts import Reply, RetrievalReply
from embed_search.answer import answer
from embed_search.embedder import OnnxEmbedder
from embed_search.indexing import LoadReport
from embed_search.postgres import connect
from embed_search.product_store import PostgresProductStore
from scripts.load_catalogue import describe, load
from tests.embed_search_fakes import write_catalogue

MYNTRA = Path(__file__).parents[3] / ".." / "shared" / "data" / "myntra_products_catalog.csv"

Find = Callable[..., RetrievalReply]


@pytest.fixture(scope="module")
def catalogue(tmp_path_factory: pytest.TempPathFactory) -> Path:
    if not MYNTRA.exists():
        pytest.skip("the Myntra data set is not beside the checkout")
    sample = tmp_path_factory.mktemp("real") / "catalogue.csv"
    with MYNTRA.open(encoding="utf-8", newline="") as file:
        _, *rows = csv.reader(file)
    return write_catalogue(sample, itertools.islice(rows, 0, None, 8))


@pytest.fixture(scope="module")
def report(catalogue: Path, postgres_url: str, bundle: Path) -> LoadReport:
    return load(catalogue, postgres_url, bundle)


@pytest.fixture(scope="module")
def find(report: LoadReport, postgres_url: str, bundle: Path) -> Iterator[Find]:
    embedder = OnnxEmbedder(bundle, precision="q8", threads=1)
    with closing(connect(postgres_url, timeout_s=5, statement_timeout_ms=5_000)) as connection:
        store = PostgresProductStore(lambda: connection)
        send: Callable[[object], Reply] = partial(answer, embedder=embedder, store=store)

        def find(op: str = "search", **message: object) -> RetrievalReply:
            reply = send({"op": op, **message})
            assert isinstance(reply, RetrievalReply), reply
            return reply

        yield find


def test_load_says_what_it_did(report: LoadReport) -> None:
    assert report.refused == []
    assert 0 < report.embedded < report.loaded == report.inserted
    assert describe(report).startswith(f"{report.loaded} products in the catalogue: {report.loaded} new")


def test_second_load_of_the_file_embeds_nothing(
    report: LoadReport, catalogue: Path, postgres_url: str, bundle: Path
) -> None:
    again = load(catalogue, postgres_url, bundle)
    assert (again.embedded, again.unchanged) == (0, report.loaded)


def test_every_product_bears_its_own_name_best(find: Find, postgres_url: str) -> None:
    with closing(psycopg2.connect(postgres_url)) as connection, connection.cursor() as cursor:
        cursor.execute("SELECT name FROM product ORDER BY content_hash LIMIT 50")
        names = [name for (name,) in cursor.fetchall()]
    first = [find(text=name, limit=1).hits[0].product.name for name in names]
    assert sum(name == found for name, found in zip(names, first, strict=True)) >= 48


def test_stated_wishes_are_met(find: Find) -> None:
    reply = find(
        text="green checked shirts for men",
        filters={"genders": ["Men", "Unisex"], "categories": ["shirt"], "colors": ["green"]},
    )
    assert reply.hits
    assert all("shirt" in hit.product.name.lower() and hit.product.gender == "Men" for hit in reply.hits)
    assert "checked" in reply.hits[0].product.name.lower()


def test_wishes_in_the_text_alone_lead_too(find: Find) -> None:
    reply = find(text="women pink printed kurta")
    assert sum(hit.product.category == "kurta" for hit in reply.hits) >= 4


def test_typing_errors(find: Find) -> None:
    reply = find(text="strpied tshrt for men")
    assert reply.unknown_words == []
    names = [hit.product.name.lower() for hit in reply.hits]
    assert sum("t-shirt" in name and "strip" in name for name in names) >= 4


def test_five_different_things(find: Find) -> None:
    reply = find(text="blue slim fit jeans for men", filters={"categories": ["jeans"], "colors": ["blue"]})
    assert len({(hit.product.name, hit.product.brand) for hit in reply.hits}) == 5


def test_similar_keeps_category_and_wearer(find: Find) -> None:
    shirts = find(text="shirt", filters={"genders": ["Men"], "categories": ["shirt"]}).hits
    reply = find("similar", product_ids=[shirts[0].product.product_id])
    assert len(reply.hits) == 5
    assert {(hit.product.category, hit.product.gender) for hit in reply.hits} == {("shirt", "Men")}
