"""A loaded catalogue of readable products, one for a test module."""

from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

import psycopg2
import pytest

from apparel.contracts import Reply, RetrievalReply
from embed_search.answer import answer
from embed_search.indexing import load_catalogue
from embed_search.migrations import migrate
from embed_search.postgres import Connection, connect
from embed_search.product_store import PostgresProductStore
from scripts.model.build_bundle import ensure_bundle
from scripts.model.fetch import ModelUnavailable
from tests.embed_search_fakes import WordEmbedder, row, write_catalogue

SHELF = [
    row(
        101,
        "Acme Men Blue Slim Fit Checked Casual Shirt",
        price=900,
        description="A cotton shirt",
        color="Blue",
    ),
    row(
        102, "Acme Men Navy Regular Fit Solid Formal Shirt", price=700, description="For office", color="Navy"
    ),
    row(103, "Orbit Men Green Striped Casual Shirt", price=1500, brand="Orbit", color="Green"),
    row(104, "Orbit Women White Solid Shirt", "Women", 800, brand="Orbit", color="White"),
    row(105, "Zeta Unisex Black Solid Shirt", "Unisex", 600, brand="Zeta", color="Black"),
    row(201, "Orbit Men Blue Slim Fit Jeans", price=1200, brand="Orbit", color="Blue"),
    row(202, "Orbit Men Blue Slim Fit Jeans", price=1100, brand="Orbit", color="Blue"),
    row(203, "Orbit Men Blue Slim Fit Jeans", price=1300, brand="Orbit", color="Blue"),
    row(204, "Acme Men Black Skinny Fit Jeans", price=1400, color="Black"),
    row(205, "Acme Men Grey Slim Fit Jeans", price=2000, color="Grey"),
    row(301, "Zeta Women Red Banarasi Silk Saree", "Women", 5000, brand="Zeta", color="Red"),
    row(302, "Zeta Women Green Cotton Saree", "Women", 1000, brand="Zeta", color="Green"),
    row(401, "Tempo Men Black Analogue Watch", price=3000, brand="Tempo", color="Black"),
    row(402, "Tempo Unisex Silver Analogue Watch", "Unisex", 2500, brand="Tempo", color="Silver"),
    row(501, "Casa Set of 2 White Ceramic Mugs", "Unisex", 300, brand="Casa", color="White"),
]

Ask = Callable[..., RetrievalReply]


@pytest.fixture(scope="session")
def bundle() -> Path:
    """The real model."""
    try:
        return ensure_bundle()
    except ModelUnavailable as error:
        pytest.skip(str(error))


@pytest.fixture(scope="module")
def loader(postgres_url: str) -> Iterator[Connection]:
    """A migrated database, with a connection that may write."""
    connection = psycopg2.connect(postgres_url)
    migrate(connection)
    yield connection
    connection.close()


@pytest.fixture(scope="module")
def store(postgres_url: str) -> PostgresProductStore:
    return PostgresProductStore(partial(connect, postgres_url, timeout_s=5, statement_timeout_ms=5_000))


@pytest.fixture(scope="module")
def embedder() -> WordEmbedder:
    return WordEmbedder()


@pytest.fixture(scope="module")
def shelf() -> list[tuple[str, ...]]:
    """The products of the catalogue; a test module with a shelf of its own overrides it."""
    return SHELF


@pytest.fixture(scope="module")
def send(
    shelf: list[tuple[str, ...]],
    loader: Connection,
    store: PostgresProductStore,
    embedder: WordEmbedder,
    tmp_path_factory: pytest.TempPathFactory,
) -> Callable[[object], Reply]:
    """Sends any message to embed_search over the shelf."""
    path: Path = write_catalogue(tmp_path_factory.mktemp("shelf") / "shelf.csv", shelf)
    load_catalogue(loader, embedder, path)
    return partial(answer, embedder=embedder, store=store)


@pytest.fixture(scope="module")
def ask(send: Callable[[object], Reply]) -> Ask:
    """Sends a search for anything (or what the message says), and expects products."""

    def ask(**message: object) -> RetrievalReply:
        text = {} if "op" in message else {"op": "search", "text": "anything"}
        reply = send({**text, "limit": 20, **message})
        assert isinstance(reply, RetrievalReply), reply
        return reply

    return ask


def ids(reply: RetrievalReply) -> list[str]:
    return [hit.product.product_id for hit in reply.hits]
