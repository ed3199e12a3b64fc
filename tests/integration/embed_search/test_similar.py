"""Similar: from products' own vectors, of their kind and for their wearers, near in price."""

from collections.abc import Callable

from apparel.contracts import ErrorReply, Reply
from tests.integration.embed_search.conftest import Ask, ids


def test_of_the_same_category_without_the_source(ask: Ask) -> None:
    reply = ask(op="similar", product_ids=["301"])
    assert ids(reply) == ["302"]


def test_for_the_same_wearer_and_then_unisex(ask: Ask) -> None:
    assert ids(ask(op="similar", product_ids=["101"])) == ["102", "103", "105"]


def test_copies_of_the_source_come_last(ask: Ask) -> None:
    reply = ask(op="similar", product_ids=["201"])
    assert set(ids(reply)[:2]) == {"204", "205"}


def test_given_filters_go_before_those_of_the_source(ask: Ask) -> None:
    reply = ask(op="similar", product_ids=["101"], filters={"categories": ["jeans"], "max_price": 1250})
    assert set(ids(reply)) == {"201", "202"}


def test_several_sources_mean_all_their_categories_and_the_newest_weighs_most(ask: Ask) -> None:
    reply = ask(op="similar", product_ids=["301", "101", "401"], filters={"genders": ["Men", "Women"]})
    assert {hit.product.category for hit in reply.hits} == {"saree", "shirt"}
    newest_last = ids(ask(op="similar", product_ids=["101", "302"], limit=1))
    assert newest_last == ["301"]


def test_excluded_products_stay_out(ask: Ask) -> None:
    assert "102" not in ids(ask(op="similar", product_ids=["101"], exclude_ids=["102"]))


def test_relax_says_what_was_given_up(ask: Ask) -> None:
    reply = ask(op="similar", product_ids=["301"], filters={"brands": ["Acme"]}, relax=["brands"])
    assert (ids(reply), reply.dropped) == (["302"], ["brands"])


def test_unknown_ids_are_passed_over_beside_known_ones(ask: Ask) -> None:
    assert ids(ask(op="similar", product_ids=["no such id", "301"])) == ["302"]


def test_unknown_ids_alone_are_an_error(send: Callable[[object], Reply]) -> None:
    reply = send({"op": "similar", "product_ids": ["no such id"]})
    assert isinstance(reply, ErrorReply)
    assert reply.code == "unknown_product"
    assert "no such id" in reply.message
