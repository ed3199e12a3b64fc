"""Search: every filter holds, the ranking reads words and vectors, copies wait their turn."""

import pytest

from tests.integration.embed_search.conftest import SHELF, Ask, ids

SHIRTS = ["101", "102", "103", "104", "105"]


@pytest.mark.parametrize(
    ("filters", "expected"),
    [
        ({"categories": ["saree"]}, ["301", "302"]),
        ({"genders": ["Women"], "categories": ["shirt"]}, ["104"]),
        ({"genders": ["Women", "Unisex"], "categories": ["shirt"]}, ["104", "105"]),
        ({"brands": ["tEMPO"]}, ["401", "402"]),
        ({"brands": ["Tempo", "casa"]}, ["401", "402", "501"]),
        ({"colors": ["green"]}, ["103", "302"]),
        ({"colors": ["Green"]}, ["103", "302"]),
        ({"colors": ["blue"], "categories": ["shirt"]}, ["101", "102"]),
        ({"colors": ["navy"], "categories": ["shirt"]}, ["102"]),
        ({"attributes": ["slim fit"]}, ["101", "201", "202", "203", "205"]),
        ({"attributes": ["slim fit", "checked"]}, ["101"]),
        ({"attributes": ["checked|striped"]}, ["101", "103"]),
        ({"attributes": ["checked|striped", "slim fit|regular fit"]}, ["101"]),
        ({"min_price": 3000}, ["301", "401"]),
        ({"max_price": 600}, ["105", "501"]),
        ({"min_price": 600, "max_price": 700}, ["102", "105"]),
        ({"categories": ["shirt"], "not_brands": ["ACME", "orbit"]}, ["105"]),
        ({"categories": ["shirt"], "not_colors": ["green", "black", "white"]}, ["101", "102"]),
        ({"categories": ["shirt"], "not_colors": ["Blue"]}, ["103", "104", "105"]),
        ({"categories": ["shirt"], "not_colors": ["blue"], "colors": ["navy"]}, ["102"]),
        ({"categories": ["shirt"], "not_attributes": ["solid"]}, ["101", "103"]),
        ({"not_categories": ["shirt", "jeans", "saree"]}, ["401", "402", "501"]),
        ({"not_categories": ["shirt", "jeans", "saree"], "apparel_only": True}, ["401", "402"]),
        ({}, [line[0] for line in SHELF]),
    ],
)
def test_only_what_passes_the_filters(ask: Ask, filters: dict[str, object], expected: list[str]) -> None:
    reply = ask(filters=filters)
    assert sorted(ids(reply)) == expected
    assert reply.total == len(expected)


def test_nearest_text_first(ask: Ask) -> None:
    reply = ask(text="green striped shirt", filters={"categories": ["shirt"]})
    assert ids(reply)[0] == "103"
    assert reply.hits[0].score > reply.hits[1].score


def test_words_of_the_description_count_for_the_lexical_ranking(ask: Ask) -> None:
    reply = ask(text="office", filters={"categories": ["shirt"]})
    assert ids(reply)[0] == "102"


def test_name_counts_more_than_description(ask: Ask) -> None:
    # 101 has cotton in its description, 302 in its name.
    assert ids(ask(text="cotton"))[:2] == ["302", "101"]


@pytest.mark.parametrize("word", ["strpied", "stripped", "stiped", "striiped"])
def test_typing_errors_find_the_word_meant(ask: Ask, word: str) -> None:
    reply = ask(text=word, filters={"categories": ["shirt"]})
    assert ids(reply)[0] == "103"
    assert reply.unknown_words == []


def test_words_that_nothing_resembles_are_reported(ask: Ask) -> None:
    reply = ask(text="the xylophone shirt of 1999")
    assert reply.unknown_words == ["xylophone"]


def test_word_that_is_merely_similar_is_not_taken_for_another(ask: Ask) -> None:
    assert ask(text="silkworm sarees").unknown_words == ["silkworm"]


def test_text_of_symbols_still_finds_by_filter(ask: Ask) -> None:
    assert ask(text="?! & | <-> :* '", filters={"categories": ["saree"]}).total == 2


def test_stated_colour_goes_before_a_kindred_shade(ask: Ask) -> None:
    reply = ask(
        text="navy regular fit solid formal shirt", filters={"colors": ["blue"], "categories": ["shirt"]}
    )
    assert ids(reply) == ["101", "102"]


def test_cheapest_and_dearest_of_all(ask: Ask) -> None:
    shirts = {"categories": ["shirt"]}
    assert ids(ask(filters=shirts, order="price_asc", limit=3)) == ["105", "102", "104"]
    assert ids(ask(filters=shirts, order="price_desc", limit=2)) == ["103", "101"]


def test_copies_come_after_everything_else(ask: Ask) -> None:
    reply = ask(text="orbit men blue slim fit jeans", filters={"categories": ["jeans"]})
    assert ids(reply)[0] in {"201", "202", "203"}
    assert set(ids(reply)[1:3]) == {"204", "205"}


def test_of_copies_the_cheapest_stands_in_a_list_by_price(ask: Ask) -> None:
    reply = ask(filters={"categories": ["jeans"]}, order="price_asc", limit=3)
    assert ids(reply) == ["202", "204", "205"]


def test_list_by_price_stays_one_where_copies_fill_it(ask: Ask) -> None:
    reply = ask(filters={"categories": ["jeans"]}, order="price_asc")
    assert ids(reply) == ["202", "201", "203", "204", "205"]


def test_copies_of_what_was_shown_come_last(ask: Ask) -> None:
    reply = ask(text="orbit blue slim fit jeans", filters={"categories": ["jeans"]}, exclude_ids=["201"])
    assert set(ids(reply)[:2]) == {"204", "205"}
    assert set(ids(reply)[2:]) == {"202", "203"}


def test_excluded_products_neither_show_nor_count(ask: Ask) -> None:
    reply = ask(filters={"categories": ["saree"]}, exclude_ids=["301", "no such id"])
    assert (ids(reply), reply.total) == (["302"], 1)


def test_limit_cuts_the_list_and_not_the_total(ask: Ask) -> None:
    reply = ask(filters={"categories": ["shirt"]}, limit=2)
    assert (len(reply.hits), reply.total) == (2, 5)


def test_spread_takes_turns_in_the_order_of_the_categories(ask: Ask) -> None:
    reply = ask(filters={"categories": ["watch", "shirt", "saree"]}, spread=True, limit=7)
    kinds = [hit.product.category for hit in reply.hits]
    assert kinds == ["watch", "shirt", "saree", "watch", "shirt", "saree", "shirt"]


def test_spread_passes_over_copies(ask: Ask) -> None:
    reply = ask(filters={"categories": ["jeans", "saree"]}, spread=True, limit=5)
    assert len({hit.product.name for hit in reply.hits}) == 5


def test_relax_gives_up_filters_in_order_until_something_is_found(ask: Ask) -> None:
    reply = ask(
        filters={"categories": ["saree"], "colors": ["black"], "brands": ["Tempo"], "max_price": 1000},
        relax=["attributes", "colors", "brands", "price"],
    )
    assert reply.dropped == ["colors", "brands"]
    assert ids(reply) == ["302"]


def test_what_was_ruled_out_is_never_given_up(ask: Ask) -> None:
    reply = ask(
        filters={"categories": ["saree"], "colors": ["blue"], "not_brands": ["Zeta"], "not_colors": ["red"]},
        relax=["colors", "brands"],
    )
    assert (reply.total, reply.dropped) == (0, ["colors"])


def test_relax_drops_nothing_where_something_is_found(ask: Ask) -> None:
    assert ask(filters={"categories": ["saree"]}, relax=["categories"]).dropped == []


def test_nothing_is_found_where_nothing_may_be_given_up(ask: Ask) -> None:
    reply = ask(filters={"categories": ["saree"], "brands": ["Tempo"]}, relax=["price"])
    assert (reply.hits, reply.total, reply.dropped) == ([], 0, [])


def test_timings_are_told(ask: Ask) -> None:
    assert set(ask().timings_ms) == {"embed", "sql"}


@pytest.mark.parametrize("text", ["'; DROP TABLE product; --", "%s %(words)s", "a\u0000b", "\\", "सूती शर्ट"])
def test_hostile_text_is_only_text(ask: Ask, text: str) -> None:
    assert ask(text=text, filters={"brands": ["Acme", text]}).total == 4
