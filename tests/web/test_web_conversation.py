"""A conversation on the page, over the real stack."""

import httpx2
import pytest
from playwright.sync_api import expect

from tests.web.chat_page import SUGGESTION, ChatPage, name_of
from tests.web.conftest import OpenPage

WEDDING = "what should I wear to my brother's wedding? I'm a guy"


def recommended(url: str, question: str) -> list[dict[str, str]]:
    """What the API itself recommends."""
    body = {"messages": [{"role": "user", "content": question}]}
    answer = httpx2.post(f"{url}v1/chat/completions", json=body, timeout=60).json()
    found: list[dict[str, str]] = answer["recommendations"]
    return found


def test_a_first_question_gives_product_cards(shop: ChatPage) -> None:
    shop.ask(WEDDING)
    shop.wait()
    products = recommended(shop.url, WEDDING)
    assert len(products) == 5
    for number, (card, product) in enumerate(zip(shop.cards.all(), products, strict=True), 1):
        link = card.get_by_role("link")
        expect(card).to_contain_text(f"Number {number}")
        expect(card).to_contain_text(product["brand"])
        expect(card).to_contain_text(f"₹{int(product['price']):,}")
        said = card.locator(".card-colour").inner_text()
        assert said == product["color"] or (not product["color"] and said in product["name"])
        expect(link).to_have_attribute("href", product["url"])
        expect(link).to_have_attribute("rel", "noopener noreferrer")
        assert product["name"].endswith(name_of(card))


def test_the_list_is_not_repeated_in_the_text(shop: ChatPage) -> None:
    shop.ask(WEDDING)
    shop.wait()
    texts = shop.answer.locator(".content > p").all_inner_texts()
    assert len(texts) == 2
    assert texts[0].startswith("Here are five ideas for a wedding")
    assert shop.answer.locator(".content > *").nth(1).get_attribute("class") == "cards"
    assert shop.answer.locator("ol:not(.cards)").count() == 0


def test_a_suggestion_is_a_question(shop: ChatPage) -> None:
    shop.button(SUGGESTION).click()
    shop.wait()
    expect(shop.cards).to_have_count(5)
    expect(shop.turns.get_by_role("heading", level=2)).to_have_text(SUGGESTION)


def test_a_follow_up_knows_the_numbers(shop: ChatPage) -> None:
    shop.ask(WEDDING)
    shop.wait()
    second = shop.cards.nth(1)
    name = name_of(second)
    price = second.locator(".card-price").inner_text()
    shop.ask("price of the 2nd one")
    shop.wait()
    expect(shop.answer).to_contain_text(name)
    expect(shop.answer).to_contain_text(f"costs {price}.")
    expect(shop.cards).to_have_count(0)


def test_near_products_stand_below_the_sentence_that_explains_them(shop: ChatPage) -> None:
    shop.ask("linen striped shirts for men")
    shop.wait()
    kinds = shop.answer.locator(".content > *").evaluate_all("all => all.map(e => e.className || 'text')")
    assert kinds == ["text", "cards", "text", "cards", "text"]
    assert shop.answer.locator(".number").all_text_contents() == [f"Number {n}" for n in range(1, 6)]


def test_more_like_a_product_of_the_last_list(shop: ChatPage) -> None:
    shop.ask("blue shirts for men under 1500")
    shop.wait()
    before = shop.names()
    shop.cards.nth(2).get_by_role("button").click()
    expect(shop.turns).to_have_count(2)
    shop.wait()
    expect(shop.answer).to_contain_text("Similar to")
    expect(shop.answer).to_be_focused()
    assert shop.cards.count() > 0
    assert not set(shop.names()) & set(before)


def test_more_like_a_product_of_an_older_list(shop: ChatPage) -> None:
    shop.ask("blue shirts for men under 1500")
    shop.wait()
    name = shop.names()[0]
    shop.ask("red silk sarees")
    shop.wait()
    shop.turns.first.locator(".card").first.get_by_role("button").click()
    expect(shop.turns).to_have_count(3)
    shop.wait()
    expect(shop.turns.last.get_by_role("heading", level=2)).to_have_text(f"More like {name}")
    expect(shop.answer).to_contain_text(name)
    assert all("Shirt" in found for found in shop.names())
    shop.ask("price of the first one")
    shop.wait()
    expect(shop.answer).to_contain_text("Number 1, ")


def test_a_reload_keeps_chat_and_draft(shop: ChatPage) -> None:
    shop.ask("red silk sarees")
    shop.wait()
    before = shop.names()
    shop.type("and what would go with")
    shop.page.reload()
    expect(shop.box).to_have_value("and what would go with")
    assert shop.names() == before
    shop.ask("price of the 2nd one")
    shop.wait()
    expect(shop.answer).to_contain_text("costs ₹")


def test_a_new_chat_knows_nothing_of_the_old_one_which_is_kept(shop: ChatPage) -> None:
    shop.ask("red silk sarees")
    shop.wait()
    shop.button("New chat").click()
    expect(shop.page.get_by_role("heading", level=1)).to_be_visible()
    expect(shop.turns).to_have_count(0)
    shop.ask("price of the 2nd one")
    shop.wait()
    expect(shop.answer).to_contain_text("I haven't shown you any products yet")
    shop.button("Earlier chats").click()
    panel = shop.page.get_by_role("dialog", name="Earlier chats")
    expect(panel.get_by_role("listitem")).to_have_count(2)
    panel.get_by_role("button", name="red silk sarees").first.click()
    expect(panel).to_be_hidden()
    expect(shop.cards).to_have_count(5)


def test_a_chat_can_be_deleted(shop: ChatPage) -> None:
    shop.ask("red silk sarees")
    shop.wait()
    shop.button("Earlier chats").click()
    shop.button("Delete the chat red silk sarees").click()
    expect(shop.page.get_by_role("dialog").get_by_role("listitem")).to_have_count(0)
    shop.button("Close").click()
    expect(shop.turns).to_have_count(0)
    assert "saree" not in shop.page.evaluate("JSON.stringify(localStorage)")


def test_a_comparison_is_a_table(shop: ChatPage) -> None:
    shop.ask("red silk sarees")
    shop.wait()
    shop.ask("compare the first two")
    shop.wait()
    expect(shop.answer.get_by_role("row")).to_have_count(3)


@pytest.mark.parametrize("width", [360, 768, 1920])
def test_it_fits_every_screen(open_page: OpenPage, shop_url: str, width: int) -> None:
    phone = width < 500
    page = open_page(viewport={"width": width, "height": 740}, is_mobile=phone, has_touch=phone)
    shop = ChatPage(page, shop_url).open()
    first = page.evaluate("document.documentElement.scrollWidth")
    shop.ask("red silk sarees")
    shop.wait()
    shop.ask("compare the first two")
    shop.wait()
    assert (first, page.evaluate("document.documentElement.scrollWidth")) == (width, width)
    for button in page.get_by_role("button").all():
        box = button.bounding_box()
        assert box is None or min(box["width"], box["height"]) >= 24, button.inner_text()
