"""Usable by keyboard and screen reader, in light and dark: checked by axe, and by using it that way."""

import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.web.chat_page import ChatPage
from tests.web.conftest import OpenPage
from tests.web.fake_shop import FakeShop, html_error, lists_then_waits

AXE = Path(__file__).parent / "node_modules" / "axe-core" / "axe.min.js"


@pytest.fixture(params=["light", "dark"])
def scheme(request: pytest.FixtureRequest) -> str:
    value: str = request.param
    return value


@pytest.fixture
def checked_page(open_page: OpenPage, fake_url: str, scheme: str) -> ChatPage:
    """axe writes into the page, which its policy forbids: here the policy is off."""
    if not AXE.is_file():
        pytest.skip("axe-core is not installed: make test-web does that, or npm ci in tests/web")
    page = open_page(color_scheme=scheme, bypass_csp=True, reduced_motion="reduce")
    return ChatPage(page, fake_url).open()


def violations(page: Page) -> list[str]:
    """What axe finds: the rule, and where it is broken."""
    page.add_script_tag(path=AXE)
    rules = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}
    found: dict[str, Any] = page.evaluate("rules => axe.run(document, rules)", rules)
    return [f"{rule['id']}: {node['target']}" for rule in found["violations"] for node in rule["nodes"]]


def test_the_first_screen(checked_page: ChatPage) -> None:
    assert violations(checked_page.page) == []


def test_an_answer_with_products(checked_page: ChatPage) -> None:
    checked_page.ask("a shirt")
    checked_page.wait()
    assert violations(checked_page.page) == []


def test_an_answer_that_failed(checked_page: ChatPage, fake: FakeShop) -> None:
    fake.faults.append(html_error)
    checked_page.ask("a shirt")
    checked_page.wait()
    assert violations(checked_page.page) == []


def test_the_earlier_chats(checked_page: ChatPage) -> None:
    checked_page.ask("a shirt")
    checked_page.wait()
    checked_page.button("Earlier chats").click()
    assert violations(checked_page.page) == []


def test_a_phone(open_page: OpenPage, fake_url: str, scheme: str) -> None:
    if not AXE.is_file():
        pytest.skip("axe-core is not installed: make test-web does that, or npm ci in tests/web")
    size = {"width": 360, "height": 740}
    page = open_page(viewport=size, is_mobile=True, has_touch=True, color_scheme=scheme, bypass_csp=True)
    phone = ChatPage(page, fake_url).open()
    phone.ask("a shirt")
    phone.wait()
    assert violations(page) == []


@pytest.fixture
def gate() -> Iterator[threading.Event]:
    opened = threading.Event()
    yield opened
    opened.set()


def test_a_screen_reader_is_told_whole_sentences_once(
    fake_page: ChatPage, fake: FakeShop, gate: threading.Event
) -> None:
    fake.script.append(lists_then_waits(gate))
    fake_page.ask("a shirt")
    expect(fake_page.answer).to_contain_text("The first half,")
    assert "Here are two ideas:" in fake_page.announced()
    assert "The first half" not in fake_page.announced()
    gate.set()
    fake_page.wait()
    told = fake_page.announced()
    assert told.count("The first half, and the second.") == 1
    assert told.count("Here are two ideas:") == 1
    assert "2 products are listed." in told


def test_everything_by_keyboard_alone(fake_page: ChatPage) -> None:
    keys, page = fake_page.page.keyboard, fake_page.page
    expect(fake_page.box).to_be_focused()
    keys.type("a shirt")
    keys.press("Enter")
    fake_page.wait()
    expect(fake_page.box).to_be_focused()

    page.locator("body").evaluate("body => { body.tabIndex = -1; body.focus(); }")
    keys.press("Tab")
    expect(page.get_by_role("link", name="Skip to the question box")).to_be_focused()
    keys.press("Enter")
    expect(fake_page.box).to_be_focused()

    keys.press("Shift+Tab")
    expect(fake_page.cards.last.get_by_role("button")).to_be_focused()
    keys.press("Shift+Tab")
    expect(fake_page.cards.last.get_by_role("link")).to_be_focused()
    keys.press("Tab")
    keys.press("Enter")
    fake_page.wait()
    expect(fake_page.turns).to_have_count(2)
    expect(fake_page.answer).to_be_focused()
    keys.press("Tab")
    expect(fake_page.cards.first.get_by_role("link")).to_be_focused()


def test_the_chats_open_and_close_by_keyboard(fake_page: ChatPage) -> None:
    fake_page.ask("a shirt")
    fake_page.wait()
    fake_page.button("Earlier chats").focus()
    fake_page.page.keyboard.press("Enter")
    panel = fake_page.page.get_by_role("dialog")
    expect(panel).to_be_visible()
    fake_page.page.keyboard.press("Escape")
    expect(panel).to_be_hidden()
    expect(fake_page.button("Earlier chats")).to_be_focused()


def test_headings_lead_through_the_conversation(fake_page: ChatPage) -> None:
    fake_page.ask("a shirt")
    fake_page.wait()
    levels = fake_page.page.get_by_role("heading").evaluate_all("all => all.map(h => h.localName)")
    assert levels == ["h1", "h2", "h3", "h3"]


def test_without_motion_for_those_who_ask(open_page: OpenPage, fake_url: str) -> None:
    page = open_page(reduced_motion="reduce")
    ChatPage(page, fake_url).open().ask("a shirt")
    running = page.evaluate(
        "document.getAnimations().filter(a => a.effect.getTiming().iterations > 1).length"
    )
    assert running == 0


def test_the_focus_is_never_hidden_and_the_header_moves_nothing(fake_page: ChatPage) -> None:
    for question in ("a shirt", "a kurta", "a saree", "a dress"):
        fake_page.ask(question)
        fake_page.wait()
    page = fake_page.page
    at = page.evaluate("scrollY")
    fake_page.button("Earlier chats").focus()
    assert page.evaluate("scrollY") == at > 0
    header = page.locator("header").bounding_box()
    box = page.locator(".composer-box").bounding_box()
    assert header
    assert box
    fake_page.button("New chat").focus()
    for _ in range(4 * 5):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.closest('main') === null"):
            break
        focused = page.locator(":focus").bounding_box()
        assert focused
        assert focused["y"] >= header["y"] + header["height"]
        assert focused["y"] + focused["height"] <= box["y"]
    expect(fake_page.box).to_be_focused()
