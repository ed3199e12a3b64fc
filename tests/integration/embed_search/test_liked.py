"""What a shopper liked comes a little earlier, and changes nothing about what has to hold."""

from tests.integration.embed_search.conftest import Ask


def test_a_liking_decides_between_products_that_meet_the_wish_alike(ask: Ask) -> None:
    def first(liked: str) -> str:
        found = ask(text="acme jeans", filters={"categories": ["jeans"]}, limit=5, liked_ids=[liked])
        return found.hits[0].product.product_id

    assert [first("204"), first("205")] == ["204", "205"]


def test_a_liking_is_no_reason_to_show_what_was_not_asked_for(ask: Ask) -> None:
    found = ask(text="shirt", filters={"categories": ["shirt"]}, limit=5, liked_ids=["401"])
    assert {hit.product.category for hit in found.hits} == {"shirt"}


def test_liked_product_that_is_gone_changes_nothing(ask: Ask) -> None:
    wish = {"text": "blue shirt", "filters": {"categories": ["shirt"]}}
    assert ask(**wish, liked_ids=["999"]).hits == ask(**wish).hits
