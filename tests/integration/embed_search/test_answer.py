"""The other requests, and what goes wrong: every message gets a reply of the contract."""

from collections.abc import Callable
from contextlib import closing
from functools import partial

import psycopg2
import pytest

from apparel.contracts import ErrorReply, FacetsReply, ProductsReply, Reply
from embed_search.answer import answer
from embed_search.migrations import migrate
from embed_search.postgres import Connection, connect
from embed_search.product_store import PostgresProductStore
from tests.embed_search_fakes import WordEmbedder
from tests.integration.embed_search.conftest import SHELF
from tests.integration.embed_search.databases import empty_database

Send = Callable[[object], Reply]


def test_products_come_in_the_order_asked_for(send: Send) -> None:
    reply = send({"op": "products", "product_ids": ["401", "no such id", "101"]})
    assert isinstance(reply, ProductsReply)
    assert [product.product_id for product in reply.products] == ["401", "101"]
    assert reply.products[1].model_dump(mode="json") == {
        "product_id": "101",
        "name": "Acme Men Blue Slim Fit Checked Casual Shirt",
        "brand": "Acme",
        "gender": "Men",
        "price": 900,
        "currency": "INR",
        "color": "Blue",
        "category": "shirt",
        "description": "A cotton shirt",
    }


def test_facets_count_what_the_catalogue_holds(send: Send) -> None:
    reply = send({"op": "facets"})
    assert isinstance(reply, FacetsReply)
    assert reply.products == len(SHELF)
    assert reply.catalogue_version
    assert {facet.value: facet.count for facet in reply.brands} == {
        "Acme": 4, "Orbit": 5, "Zeta": 3, "Tempo": 2, "Casa": 1,
    }  # fmt: skip
    assert {facet.value: facet.count for facet in reply.categories}["shirt"] == 5
    assert {facet.value: facet.count for facet in reply.colors}["blue"] == 4
    assert [facet.count for facet in reply.brands] == [5, 4, 3, 2, 1]


def test_words_are_unstemmed_and_the_frequent_ones_first(send: Send) -> None:
    reply = send({"op": "facets"})
    assert isinstance(reply, FacetsReply)
    assert reply.words[0] == "men"
    assert {"jeans", "saree", "cotton", "analogue"} <= set(reply.words)
    assert "banarasi" not in reply.words, "one product alone may have mistyped it"
    assert all(len(word) >= 3 for word in reply.words)


@pytest.mark.parametrize(
    ("message", "named"),
    [
        ({}, "op"),
        (None, "dictionary"),
        ("search", "dictionary"),
        ({"op": "sing"}, "op"),
        ({"op": "search"}, "text"),
        ({"op": "search", "text": ""}, "text"),
        ({"op": "search", "text": "x" * 2001}, "text"),
        ({"op": "search", "text": "x", "limit": 21}, "limit"),
        ({"op": "search", "text": "x", "version": 2}, "version"),
        ({"op": "search", "text": "x", "filters": {"gender": "Men"}}, "filters.gender"),
        ({"op": "search", "text": "x", "filters": {"max_price": "NaN"}}, "max_price"),
        ({"op": "search", "text": "secret \ud800"}, "text"),
        ({"op": "similar", "product_ids": []}, "product_ids"),
    ],
)
def test_message_that_does_not_fit_is_told_where(send: Send, message: object, named: str) -> None:
    reply = send(message)
    assert isinstance(reply, ErrorReply)
    assert reply.code == "bad_request"
    assert named in reply.message
    assert "secret" not in reply.message


def store_of(url: str, statement_timeout_ms: int = 5_000) -> PostgresProductStore:
    return PostgresProductStore(partial(connect, url, timeout_s=2, statement_timeout_ms=statement_timeout_ms))


def code_of(reply: Reply) -> str:
    assert isinstance(reply, ErrorReply), reply
    return reply.code


SEARCH = {"op": "search", "text": "shirt"}


@pytest.mark.parametrize("message", [SEARCH, {"op": "facets"}])
def test_empty_catalogue_is_told(postgres_server: str, message: object) -> None:
    with empty_database(postgres_server) as url:
        store = store_of(url)
        assert code_of(answer(message, WordEmbedder(), store)) == "catalogue_empty"
        with closing(psycopg2.connect(url)) as connection:
            migrate(connection)
        assert code_of(answer(message, WordEmbedder(), store)) == "catalogue_empty"


def test_unreachable_database_is_told() -> None:
    store = store_of("postgresql://nobody@127.0.0.1:1/nothing")
    assert code_of(answer(SEARCH, WordEmbedder(), store)) == "catalogue_unavailable"


def test_database_that_does_not_answer_in_time_is_told_and_then_used_again(
    send: Send, loader: Connection, postgres_url: str
) -> None:
    store = store_of(postgres_url, statement_timeout_ms=100)
    with loader, loader.cursor() as cursor:
        cursor.execute("LOCK TABLE product IN ACCESS EXCLUSIVE MODE")
        assert code_of(answer(SEARCH, WordEmbedder(), store)) == "catalogue_unavailable"
    assert answer(SEARCH, WordEmbedder(), store).op == "retrieval"


def test_lost_connection_is_opened_again(send: Send, loader: Connection, postgres_url: str) -> None:
    store = store_of(postgres_url)
    assert answer(SEARCH, WordEmbedder(), store).op == "retrieval"
    with loader, loader.cursor() as cursor:
        cursor.execute(
            "SELECT count(pg_terminate_backend(pid, 5000)) FROM pg_stat_activity "
            "WHERE application_name = 'embed_search' AND datname = current_database()"
        )
        assert cursor.fetchall()[0][0] >= 1
    assert answer(SEARCH, WordEmbedder(), store).op == "retrieval"
