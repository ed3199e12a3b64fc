"""`make screenshots`: the pictures of the README. What the running stack can't be made to show on demand
comes from the fake shop of the tests."""

import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from playwright.sync_api import Browser, expect

from scripts.browser import NoBrowser, open_browser
from scripts.local.errors import StackError
from scripts.local.stack import CHECKOUT, StackSettings, local_stack
from scripts.local.web_page import WebPage
from tests.orchestrator_fakes import served
from tests.web.chat_page import ChatPage
from tests.web.fake_provider import FakeProvider
from tests.web.fake_shop import FakeShop, html_error, lists, refused_for_guests, waits

FOLDER = CHECKOUT / "docs" / "images"
WIDE = {"width": 1080, "height": 760}
PHONE = {"width": 360, "height": 720}
TOUCH: dict[str, Any] = {"has_touch": True, "is_mobile": True}
SAREES = "red silk sarees under 5000"
WEDDING = "What should I wear to my brother's wedding? I'm a guy"


@contextmanager
def _tab(browser: Browser, url: str, size: dict[str, int], **options: Any) -> Iterator[ChatPage]:
    context = browser.new_context(
        viewport={"width": size["width"], "height": size["height"]}, reduced_motion="reduce", **options
    )
    yield ChatPage(context.new_page(), url).open()
    context.close()


def _take(chat: ChatPage, name: str) -> None:
    chat.page.evaluate("document.fonts.ready")
    chat.page.mouse.move(0, 0)
    chat.page.screenshot(path=FOLDER / f"{name}.png")


def conversations(browser: Browser, url: str) -> None:
    """The first screen, an answer in light and dark, and one on a phone."""
    for scheme in ("light", "dark"):
        with _tab(browser, url, WIDE, color_scheme=scheme) as chat:
            if scheme == "light":
                _take(chat, "web-welcome")
            chat.button(WEDDING).click()
            chat.wait()
            _take(chat, f"web-answer-{scheme}")
    with _tab(browser, url, PHONE, **TOUCH) as chat:
        chat.ask(SAREES)
        chat.wait()
        _take(chat, "web-phone-answer")


def states(browser: Browser) -> None:
    """What a shopper sees while the catalogue wakes up, at the limit, and after an error."""
    fake, gate = FakeShop(), threading.Event()
    with served(WebPage(fake, FakeProvider.login("http://127.0.0.1:9"))) as address:
        fake.script.append(waits(gate, lists("")))
        with _tab(browser, f"{address}/", PHONE, **TOUCH) as chat:
            chat.ask(SAREES)
            expect(chat.answer).to_contain_text("waking up")
            _take(chat, "web-phone-waking")
            gate.set()
        for name, fault in (("limit", refused_for_guests), ("error", html_error)):
            fake.faults.append(fault)
            with _tab(browser, f"{address}/", PHONE, **TOUCH) as chat:
                chat.ask(SAREES)
                chat.wait()
                _take(chat, f"web-phone-{name}")


def main() -> int:
    FOLDER.mkdir(parents=True, exist_ok=True)
    settings = StackSettings(
        catalogue=CHECKOUT / "data" / "sample_catalogue.csv", state_dir=CHECKOUT / "build" / "web-stack"
    )
    try:
        with open_browser() as browser, local_stack(settings) as base_url:
            conversations(browser, base_url.removesuffix("v1"))
            states(browser)
    except (NoBrowser, StackError) as error:
        print(error, file=sys.stderr)
        return 1
    made = sorted(FOLDER.glob("web-*.png"))
    print("\n".join(f"{path.relative_to(CHECKOUT)}  {path.stat().st_size / 1000:.0f} KB" for path in made))
    return 0


if __name__ == "__main__":
    sys.exit(main())
