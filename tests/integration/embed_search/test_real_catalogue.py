"""Real products and the real model: every eighth row of the Myntra data set, where it is at hand."""

import csv
import itertools
import math
import statistics
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import closing
from functools import partial
from pathlib import Path
from typing import Any

import psycopg2
import pytest

from apparel.contracts import Reply, RetrievalReply
from embed_search.answer import answer
from embed_search.embedder import OnnxEmbedder
from embed_search.postgres import connect
from embed_search.product_store import PostgresProductStore
from embed_search.publishing import LoadReport
from scripts.load_catalogue import describe, load
from tests.embed_search_fakes import write_catalogue

MYNTRA = Path(__file__).parents[3] / ".." / "shared" / "data" / "myntra_products_catalog.csv"

Find = Callable[..., RetrievalReply]
Fetch = Callable[..., list[tuple[Any, ...]]]


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
    embedder = OnnxEmbedder(bundle, threads=1)
    with closing(connect(postgres_url, timeout_s=5, statement_timeout_ms=5_000)) as connection:
        store = PostgresProductStore(lambda: connection)
        send: Callable[[object], Reply] = partial(answer, embedder=embedder, store=store)

        def find(op: str = "search", **message: object) -> RetrievalReply:
            reply = send({"op": op, **message})
            assert isinstance(reply, RetrievalReply), reply
            return reply

        yield find


def test_load_says_what_it_did(report: LoadReport) -> None:
    assert report.refused == 0
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


@pytest.mark.parametrize(
    ("text", "filters"),
    [
        ("blue shirt for men", {"genders": ["Men"], "categories": ["shirt"]}),
        ("printed kurta for women", {"genders": ["Women"], "categories": ["kurta"]}),
        ("t-shirts", {"categories": ["tshirt"]}),
        ("women tops", {}),
    ],
)
def test_no_more_than_two_of_a_brand(find: Find, text: str, filters: dict[str, list[str]]) -> None:
    brands = Counter(hit.product.brand for hit in find(text=text, filters=filters).hits)
    assert sum(brands.values()) == 5
    assert max(brands.values()) <= 2


@pytest.fixture(scope="module")
def fetch(report: LoadReport, postgres_url: str) -> Iterator[Fetch]:
    """The rows that a query selects."""
    with closing(psycopg2.connect(postgres_url)) as connection, connection.cursor() as cursor:

        def fetch(query: str, *values: str) -> list[tuple[Any, ...]]:
            cursor.execute(query, values)
            return cursor.fetchall()

        yield fetch


def test_similar_items_are_of_the_same_category_for_the_same_wearer_and_near_in_price(
    find: Find, fetch: Fetch
) -> None:
    ratios = []
    sources = fetch("SELECT product_id, category, gender, price FROM product ORDER BY content_hash LIMIT 60")
    for product_id, category, gender, price in sources:
        for hit in find("similar", product_ids=[product_id]).hits:
            assert hit.product.category == category
            assert hit.product.gender in (gender, "Unisex", "Unisex Kids")
            assert hit.product.product_id != product_id
            ratios.append(abs(math.log(hit.product.price / price)))
    assert math.exp(statistics.median(ratios)) < 1.6


@pytest.mark.parametrize(
    ("category", "gender", "kind"), [("tshirt", "Men", "polo"), ("handbag", "Women", "sling bag")]
)
def test_similar_items_are_of_the_same_sub_type_where_there_are_enough(
    find: Find, fetch: Fetch, category: str, gender: str, kind: str
) -> None:
    query = "SELECT product_id FROM product WHERE category = %s AND gender = %s AND %s = ANY(attributes)"
    of_kind = [product_id for (product_id,) in fetch(query, category, gender, kind)]
    assert len(of_kind) > 5, "too few in the sample to test with"
    reply = find("similar", product_ids=of_kind[:1])
    assert {hit.product.product_id for hit in reply.hits} <= set(of_kind)


def test_a_session_that_drifts_is_followed_within_two_looks(find: Find, fetch: Fetch) -> None:
    query = "SELECT product_id FROM product WHERE category = %s AND gender = %s ORDER BY content_hash LIMIT 4"
    drift = [*fetch(query, "shirt", "Men"), *fetch(query, "saree", "Women")]
    looks = [product_id for (product_id,) in drift]
    shares = []
    for number in range(1, len(looks) + 1):
        hits = find("similar", product_ids=looks[:number]).hits
        kinds = [(hit.product.category, hit.product.gender) for hit in hits]
        assert set(kinds) <= {("shirt", "Men"), ("saree", "Women")}
        assert not {hit.product.product_id for hit in hits} & set(looks[:number])
        shares.append(kinds.count(("saree", "Women")))
    assert shares[:4] == [0, 0, 0, 0]
    assert shares[5:] == [4, 4, 4], "most are sarees, and not all"


def test_things_for_the_home_are_found_when_asked_for_and_only_then(find: Find) -> None:
    assert all("curtain" in hit.product.name.lower() for hit in find(text="door curtains").hits)
    worn = find(text="door curtains", filters={"apparel_only": True})
    assert not any("curtain" in hit.product.name.lower() for hit in worn.hits)


def test_similar_keeps_category_and_wearer(find: Find) -> None:
    shirts = find(text="shirt", filters={"genders": ["Men"], "categories": ["shirt"]}).hits
    reply = find("similar", product_ids=[shirts[0].product.product_id])
    assert len(reply.hits) == 5
    assert {(hit.product.category, hit.product.gender) for hit in reply.hits} == {("shirt", "Men")}
