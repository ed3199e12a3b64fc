"""Another model: the searches of the old one and of the new one both answer rightly, whichever has published.

The two models are simulated: the same words in other directions, so that a vector of one means nothing to the
other."""

import threading
from collections.abc import Iterator, Sequence
from contextlib import closing
from functools import partial
from pathlib import Path

import numpy as np
import numpy.typing as npt
import psycopg2
import pytest

from apparel.contracts import ErrorReply, FacetsReply, ProductsReply, RetrievalReply, SummaryReply
from embed_search.answer import answer
from embed_search.embedder import model_of
from embed_search.indexing import load_catalogue
from embed_search.migrations import migrate
from embed_search.postgres import connect
from embed_search.product_store import PostgresProductStore
from embed_search.publishing import LoadReport
from embed_search.staging import LoadPolicy
from tests.embed_search_fakes import WordEmbedder, row, write_catalogue
from tests.integration.embed_search.databases import empty_database

SHELF = [
    row(1, "Striped Linen Shirt", price=900),
    row(2, "Plain Denim Jacket", price=1_500),
    row(3, "Silk Saree", "Women", 2_500),
    row(4, "Woollen Winter Scarf", "Women", 400),
    row(5, "Leather Boots", price=3_000),
]
TEXTS = {"linen shirt": "1", "denim jacket": "2", "saree of silk": "3", "winter scarf": "4", "boots": "5"}


class Model(WordEmbedder):
    def __init__(self, revision: int, precision: str = "fp32") -> None:
        super().__init__()
        self.name = f"words@{revision}/{precision}"
        self._revision = revision

    def _direction(self, word: str) -> npt.NDArray[np.float64]:
        return super()._direction(f"{self._revision} {word}")


class Search:
    """The search function of one model, in 8 bits."""

    def __init__(self, url: str, revision: int) -> None:
        self.embedder = Model(revision, "q8")
        self.store = PostgresProductStore(
            partial(connect, url, timeout_s=5, statement_timeout_ms=5_000),
            model=model_of(self.embedder.name),
        )

    def send(self, **message: object) -> object:
        return answer(message, self.embedder, self.store)

    def best(self, text: str) -> str | None:
        """The id of the product that is nearest by its vector: the lexical ranking has no say."""
        reply = self.send(op="search", text=text, limit=5)
        assert isinstance(reply, RetrievalReply), reply
        question = self.embedder.embed([text])[0]
        sources = self.store.sources([hit.product.product_id for hit in reply.hits])
        return max(sources, key=lambda source: float(source.embedding @ question)).product_id

    def is_right(self) -> bool:
        return all(self.best(text) == product_id for text, product_id in TEXTS.items())


class Shop:
    def __init__(self, url: str, folder: Path) -> None:
        self.url, self.folder = url, folder
        with closing(psycopg2.connect(url)) as connection:
            migrate(connection)

    def load(self, embedder: WordEmbedder, shelf: Sequence[tuple[str, ...]] = SHELF) -> LoadReport:
        file = write_catalogue(self.folder / "shelf.csv", shelf)
        with closing(psycopg2.connect(self.url)) as connection:
            return load_catalogue(connection, embedder, file, policy=LoadPolicy(force=True))


@pytest.fixture
def shop(postgres_server: str, tmp_path: Path) -> Iterator[Shop]:
    with empty_database(postgres_server) as url:
        yield Shop(url, tmp_path)


def test_both_searches_find_what_fits_before_and_after_the_switch(shop: Shop) -> None:
    old, new = Search(shop.url, 1), Search(shop.url, 2)
    shop.load(Model(1))
    assert old.is_right()
    assert shop.load(Model(2)).embedded == len(SHELF)
    assert old.is_right()
    assert new.is_right()
    shop.load(Model(1))  # the deploy was rolled back
    assert old.is_right()
    assert new.is_right()


def test_scores_are_those_of_the_model_that_asks(shop: Shop) -> None:
    old = Search(shop.url, 1)
    shop.load(Model(1))
    before = old.send(op="search", text="silk saree", limit=5)
    shop.load(Model(2))
    after = old.send(op="search", text="silk saree", limit=5)
    assert isinstance(before, RetrievalReply)
    assert isinstance(after, RetrievalReply)
    assert after.hits == before.hits


def test_new_search_before_its_vectors_are_there_says_so(shop: Shop) -> None:
    shop.load(Model(1))
    reply = Search(shop.url, 2).send(op="search", text="silk saree")
    assert isinstance(reply, ErrorReply)
    assert reply.code == "catalogue_unavailable"
    assert "not embedded by this search's model yet" in reply.message


def test_nobody_is_without_an_answer_while_the_new_model_embeds_and_publishes(shop: Shop) -> None:
    shop.load(Model(1))
    old, done = Search(shop.url, 1), threading.Event()
    wrong: list[str] = []
    asked = 0

    def ask() -> None:
        nonlocal asked
        while not done.is_set():
            wrong.extend(text for text, right in TEXTS.items() if old.best(text) != right)
            asked += len(TEXTS)

    shopper = threading.Thread(target=ask)
    shopper.start()
    try:
        for revision in (2, 1, 2, 1, 2):
            shop.load(Model(revision))
    finally:
        done.set()
        shopper.join()
    assert wrong == []
    assert asked > 0


def test_old_search_has_the_new_prices_and_lacks_what_is_sold_no_longer(shop: Shop) -> None:
    old = Search(shop.url, 1)
    shop.load(Model(1))
    shop.load(Model(2), [row(1, "Striped Linen Shirt", price=850), *SHELF[1:4], row(6, "Violet Kurta")])
    reply = old.send(op="search", text="linen shirt", limit=5)
    assert isinstance(reply, RetrievalReply)
    assert [hit.product.price for hit in reply.hits if hit.product.product_id == "1"] == [850]
    # The kurta comes with the new search: the old model has never seen it.
    assert {hit.product.product_id for hit in reply.hits} == {"1", "2", "3", "4"}


def test_all_that_the_old_search_is_asked_goes_on(shop: Shop) -> None:
    old = Search(shop.url, 1)
    shop.load(Model(1))
    shop.load(Model(2))
    similar = old.send(op="similar", product_ids=["3"], limit=2)
    assert isinstance(similar, RetrievalReply)
    assert isinstance(old.send(op="products", product_ids=["1"]), ProductsReply)
    assert isinstance(old.send(op="facets"), FacetsReply)
    assert isinstance(old.send(op="summary", filters={}), SummaryReply)
    by_price = old.send(op="search", text="shirt", order="price_asc", filters={"max_price": 1_000})
    assert isinstance(by_price, RetrievalReply)
    assert [hit.product.product_id for hit in by_price.hits] == ["4", "1"]


def test_vectors_of_the_model_before_the_last_are_forgotten(shop: Shop) -> None:
    for revision in (1, 2, 3):
        shop.load(Model(revision))
    with closing(psycopg2.connect(shop.url)) as connection, connection.cursor() as cursor:
        cursor.execute("SELECT DISTINCT embedder FROM embedding ORDER BY 1")
        assert cursor.fetchall() == [("words@2/fp32",), ("words@3/fp32",)]
