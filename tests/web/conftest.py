"""The chat page in a real browser, over the running stack or a fake shop. Every test also shows that the
page asks no foreign host for anything, breaks no rule of its policy, and raises no error."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, ConsoleMessage, Page

from scripts.browser import NoBrowser, open_browser
from scripts.local.web_page import WebPage
from tests.orchestrator_fakes import served
from tests.web.chat_page import ChatPage
from tests.web.fake_shop import FakeShop

OpenPage = Callable[..., Page]


@dataclass
class Watch:
    """What happened in the tabs of a test."""

    hosts: set[str] = field(default_factory=set)
    allowed: set[str] = field(default_factory=set)
    problems: list[str] = field(default_factory=list)

    def over(self, page: Page) -> None:
        page.on("request", lambda request: self.hosts.add(urlsplit(request.url).netloc))
        page.on("pageerror", lambda error: self.problems.append(str(error)))
        page.on("console", self._read)

    def _read(self, message: ConsoleMessage) -> None:
        if "Content Security Policy" in message.text or "Trusted" in message.text:
            self.problems.append(message.text)


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    try:
        with open_browser() as opened:
            yield opened
    except NoBrowser as reason:
        pytest.skip(str(reason))


@pytest.fixture
def watch() -> Iterator[Watch]:
    watched = Watch()
    yield watched
    assert watched.problems == []
    assert watched.hosts <= watched.allowed


@pytest.fixture
def open_page(browser: Browser, watch: Watch) -> Iterator[OpenPage]:
    """A tab of a browser that has never been here; the options are Playwright's."""
    contexts = []

    def opened(**options: Any) -> Page:
        context = browser.new_context(**{"viewport": {"width": 1280, "height": 860}, **options})
        contexts.append(context)
        context.set_default_timeout(10_000)
        page = context.new_page()
        watch.over(page)
        return page

    yield opened
    for context in contexts:
        context.close()


@pytest.fixture
def shop_url(base_url: str, watch: Watch) -> str:
    """The page of the running stack."""
    url = base_url.removesuffix("v1")
    watch.allowed.add(urlsplit(url).netloc)
    return url


@pytest.fixture
def shop(open_page: OpenPage, shop_url: str) -> ChatPage:
    return ChatPage(open_page(), shop_url).open()


@pytest.fixture
def fake() -> FakeShop:
    return FakeShop()


@pytest.fixture
def fake_url(fake: FakeShop, watch: Watch) -> Iterator[str]:
    with served(WebPage(fake)) as url:
        watch.allowed.add(urlsplit(url).netloc)
        yield f"{url}/"


@pytest.fixture
def fake_page(open_page: OpenPage, fake_url: str) -> ChatPage:
    return ChatPage(open_page(), fake_url).open()
