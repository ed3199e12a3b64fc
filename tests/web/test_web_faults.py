"""What goes wrong between people and shops, and that nothing typed is ever lost by it."""

import re
import threading
from collections.abc import Iterator

import pytest
from playwright.sync_api import Route, expect

from tests.web.chat_page import ChatPage
from tests.web.fake_shop import FakeShop, cut_off, html_error, lists, lists_then_waits, says, waits


@pytest.fixture
def gate() -> Iterator[threading.Event]:
    """What holds an answer back; open in the end, so that no thread is left waiting."""
    opened = threading.Event()
    yield opened
    opened.set()


def test_an_answer_stopped_in_the_middle_stays(
    fake_page: ChatPage, fake: FakeShop, gate: threading.Event
) -> None:
    fake.script.append(lists_then_waits(gate))
    fake_page.ask("a shirt")
    expect(fake_page.answer).to_contain_text("The first half,")
    expect(fake_page.cards).to_have_count(2)
    fake_page.button("Stop the answer").click()
    expect(fake_page.answer).to_contain_text("You stopped this answer.")
    expect(fake_page.cards).to_have_count(2)
    gate.set()
    assert fake.left.wait(timeout=10), "the shop works on for nobody"
    expect(fake_page.answer).not_to_contain_text("and the second.")
    fake_page.ask("price of the 2nd one")
    fake_page.wait()
    assert ("assistant", "Here are two ideas:") in [(role, text[:19]) for role, text in fake.asked[-1]]


def test_escape_stops_and_the_stopped_answer_can_be_asked_again(
    fake_page: ChatPage, fake: FakeShop, gate: threading.Event
) -> None:
    fake.script.extend([lists_then_waits(gate), says("The whole of it.")])
    fake_page.ask("a shirt")
    expect(fake_page.answer).to_contain_text("The first half,")
    fake_page.page.keyboard.press("Escape")
    fake_page.button("Ask again").click()
    expect(fake_page.answer).to_have_text("The whole of it.")
    expect(fake_page.turns).to_have_count(1)
    assert fake.asked[-1] == [("user", "a shirt")]


def test_what_is_typed_during_an_answer_is_kept(
    fake_page: ChatPage, fake: FakeShop, gate: threading.Event
) -> None:
    fake.script.append(lists_then_waits(gate))
    fake_page.ask("a shirt")
    fake_page.type("and trousers")
    fake_page.box.press("Enter")
    expect(fake_page.turns).to_have_count(1)
    expect(fake_page.box).to_have_value("and trousers")
    assert "your text is kept" in fake_page.announced()
    gate.set()
    fake_page.wait()
    fake_page.box.press("Enter")
    expect(fake_page.turns).to_have_count(2)


def test_a_shop_that_wakes_up_says_so(fake_page: ChatPage, fake: FakeShop, gate: threading.Event) -> None:
    fake.script.append(waits(gate, lists("There.")))
    fake_page.ask("a shirt")
    expect(fake_page.answer).to_contain_text("The catalogue is waking up.")
    assert "The catalogue is waking up." in fake_page.announced()
    gate.set()
    fake_page.wait()
    expect(fake_page.answer).not_to_contain_text("waking up")


def test_a_stylist_that_wakes_up_is_told_from_the_catalogue(
    fake_page: ChatPage, fake: FakeShop, gate: threading.Event
) -> None:
    fake.script.append(lists_then_waits(gate))
    fake_page.ask("a shirt")
    expect(fake_page.cards).to_have_count(2)
    expect(fake_page.answer).to_contain_text("The stylist is waking up.")


def test_an_error_can_be_tried_again(fake_page: ChatPage, fake: FakeShop) -> None:
    fake.faults.append(html_error)
    fake_page.ask("a shirt")
    expect(fake_page.answer).to_contain_text("can't answer right now (error 502)")
    fake_page.button("Ask again").click()
    expect(fake_page.cards).to_have_count(2)
    expect(fake_page.answer).not_to_contain_text("502")


def test_an_answer_that_breaks_off_says_so(fake_page: ChatPage, fake: FakeShop) -> None:
    fake.faults.append(cut_off)
    fake_page.ask("a shirt")
    expect(fake_page.answer).to_contain_text("Half an")
    expect(fake_page.answer).to_contain_text("The connection broke off")
    expect(fake_page.button("Ask again")).to_be_visible()


def test_a_question_can_be_edited_and_what_is_typed_since_stays(fake_page: ChatPage) -> None:
    question = "too long " * 1_000
    fake_page.box.fill(question)
    fake_page.box.press("Enter")
    expect(fake_page.answer).to_contain_text("The message is longer than 8000 characters.")
    fake_page.type("typed meanwhile")
    fake_page.button("Edit the question").click()
    expect(fake_page.box).to_have_value(f"{question.strip()}\ntyped meanwhile")
    expect(fake_page.box).to_be_focused()
    expect(fake_page.turns).to_have_count(0)


def test_offline_a_question_waits_until_the_connection_is_back(fake_page: ChatPage, fake: FakeShop) -> None:
    fake_page.page.context.set_offline(True)
    expect(fake_page.page.get_by_text("You seem to be offline. What you type is kept.")).to_be_visible()
    fake_page.ask("a shirt")
    expect(fake_page.answer).to_contain_text("is asked again once you are back")
    fake_page.page.context.set_offline(False)
    expect(fake_page.cards).to_have_count(2)
    expect(fake_page.page.locator("#offline")).to_be_hidden()
    expect(fake_page.answer).not_to_contain_text("offline")
    assert fake.asked == [[("user", "a shirt")]]


def test_without_wifi_a_shop_on_this_machine_is_not_offline(fake_page: ChatPage) -> None:
    """The browser says offline, and the shop answers all the same."""
    fake_page.page.evaluate(
        "Object.defineProperty(navigator, 'onLine', {value: false}); dispatchEvent(new Event('offline'))"
    )
    fake_page.ask("a shirt")
    expect(fake_page.cards).to_have_count(2)
    expect(fake_page.page.locator("#offline")).to_be_hidden()


def test_a_shop_that_is_not_there(fake_page: ChatPage) -> None:
    def refuse(route: Route) -> None:
        route.abort("connectionrefused")

    fake_page.page.route("**/chat/completions", refuse)
    fake_page.ask("a shirt")
    expect(fake_page.answer).to_contain_text("The shop can't be reached at the moment.")
    fake_page.page.unroute("**/chat/completions", refuse)
    fake_page.button("Ask again").click()
    expect(fake_page.cards).to_have_count(2)


def test_a_page_that_opens_while_the_shop_is_down_works_once_it_is_back(fake_page: ChatPage) -> None:
    def refuse(route: Route) -> None:
        route.abort("connectionrefused")

    fake_page.page.route("**/config.json", refuse)
    fake_page.open().ask("a shirt")
    expect(fake_page.answer).to_contain_text("can't be reached")
    fake_page.page.unroute("**/config.json", refuse)
    fake_page.button("Ask again").click()
    expect(fake_page.cards).to_have_count(2)


def test_an_answer_that_a_reload_cut_short_can_be_asked_again(
    fake_page: ChatPage, fake: FakeShop, gate: threading.Event
) -> None:
    fake.script.append(lists_then_waits(gate))
    fake_page.ask("a shirt")
    expect(fake_page.answer).to_contain_text("The first half,")
    fake_page.page.reload()
    expect(fake_page.cards).to_have_count(2)
    expect(fake_page.answer).to_contain_text("The first half,")
    expect(fake_page.answer).to_contain_text("The page was left before this answer was complete.")
    fake_page.button("Ask again").click()
    expect(fake_page.answer).to_contain_text("What else?")


def test_a_new_chat_may_begin_in_the_middle_of_an_answer(
    fake_page: ChatPage, fake: FakeShop, gate: threading.Event
) -> None:
    fake.script.append(lists_then_waits(gate))
    fake_page.ask("a shirt")
    expect(fake_page.answer).to_contain_text("The first half,")
    fake_page.button("New chat").click()
    fake_page.ask("a kurta")
    fake_page.wait()
    expect(fake_page.answer).to_contain_text("What else?")
    assert fake.asked[-1] == [("user", "a kurta")]


def test_a_chat_deleted_in_the_middle_of_an_answer_stays_deleted(
    fake_page: ChatPage, fake: FakeShop, gate: threading.Event
) -> None:
    fake.script.append(lists_then_waits(gate))
    fake_page.ask("a shirt")
    expect(fake_page.answer).to_contain_text("The first half,")
    fake_page.button("Earlier chats").click()
    fake_page.button("Delete the chat a shirt").click()
    fake_page.button("Close").click()
    gate.set()
    assert fake.left.wait(timeout=10)
    fake_page.page.reload()
    expect(fake_page.turns).to_have_count(0)
    assert "a shirt" not in fake_page.page.evaluate("JSON.stringify(localStorage)")


def test_full_storage_costs_the_oldest_chat_and_nothing_else(fake_page: ChatPage) -> None:
    fake_page.page.evaluate(
        """() => {
          const old = {id: "old", updated: 1, messages: [{role: "user", text: "old"}], filler: ""};
          localStorage.setItem("apparel.chat.old", JSON.stringify({...old, filler: "x".repeat(4.9e6)}));
          for (const size of [1e5, 1e3, 10]) {
            try {
              for (let n = 0; ; n++) localStorage.setItem(`other.${size}.${n}`, "x".repeat(size));
            } catch {}
          }
        }"""
    )
    fake_page.ask("a shirt")
    fake_page.wait()
    fake_page.page.reload()
    expect(fake_page.cards).to_have_count(2)
    assert fake_page.page.evaluate("localStorage.getItem('apparel.chat.old')") is None


def test_without_storage_the_page_still_talks(fake_page: ChatPage) -> None:
    fake_page.page.add_init_script(
        "for (const name of ['localStorage', 'sessionStorage'])"
        " Object.defineProperty(window, name, {get() { throw new DOMException('no', 'SecurityError'); }});"
    )
    fake_page.open().ask("a shirt")
    expect(fake_page.cards).to_have_count(2)


def test_a_key_pressed_while_composing_sends_nothing(fake_page: ChatPage) -> None:
    """Enter chooses a word in an input method, as Hindi on a phone has it."""
    fake_page.type("neeli kameez")
    fake_page.box.dispatch_event("keydown", {"key": "Enter", "isComposing": True})
    expect(fake_page.turns).to_have_count(0)
    fake_page.box.press("Shift+Enter")
    fake_page.type("size M")
    expect(fake_page.box).to_have_value(re.compile("neeli kameez\nsize M"))
