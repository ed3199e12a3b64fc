"""Limits and signing in: the API's real edge and real counters, and a fake identity provider on an origin of
its own."""

import json
from collections.abc import Iterator
from dataclasses import dataclass, replace
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import expect

from orchestrator.limits.admission import Limits
from orchestrator.limits.callers import Doorman
from orchestrator.limits.counters import DynamoCounters
from orchestrator.limits.rules import Rules
from scripts.local.web_page import WebPage
from tests.dynamodb import limits_table
from tests.orchestrator_fakes import fake_services, served
from tests.web.chat_page import ChatPage
from tests.web.conftest import OpenPage, Watch
from tests.web.fake_provider import TOKEN, FakeProvider, FakeTokens
from tests.web.fake_shop import FakeShop, refused_for_guests


@dataclass
class LimitedShop:
    """A shop that lets guests ask twice."""

    chat: ChatPage
    fake: FakeShop
    provider: FakeProvider
    tokens: FakeTokens

    def use_up(self) -> None:
        for question in ("a shirt", "a kurta"):
            self.chat.ask(question)
            self.chat.wait()


@pytest.fixture
def limited(open_page: OpenPage, watch: Watch) -> Iterator[LimitedShop]:
    provider, tokens = FakeProvider(), FakeTokens()
    with limits_table() as table, served(provider.app()) as provider_url:
        services = replace(
            fake_services(),
            doorman=Doorman(tokens=tokens),
            limits=Limits(DynamoCounters(table.client(), table.name), Rules()),
        )
        fake = FakeShop(services)
        page = WebPage(fake, FakeProvider.login(provider_url))
        with served(page) as page_url:
            page.login = FakeProvider.login(provider_url, f"{page_url}/")
            watch.allowed |= {urlsplit(page_url).netloc, urlsplit(provider_url).netloc}
            yield LimitedShop(ChatPage(open_page(), f"{page_url}/").open(), fake, provider, tokens)


def test_the_last_free_message_offers_to_sign_in(limited: LimitedShop) -> None:
    limited.use_up()
    expect(limited.chat.cards).to_have_count(2)
    expect(limited.chat.answer).to_contain_text("That was the last message without an account.")
    expect(limited.chat.answer.get_by_role("button", name="Sign in")).to_be_visible()


def test_at_the_limit_signing_in_asks_the_question_again(limited: LimitedShop) -> None:
    limited.use_up()
    limited.chat.ask("a saree")
    expect(limited.chat.answer).to_contain_text("Please sign in to go on")
    limited.chat.type("typed before leaving")
    limited.chat.answer.get_by_role("button", name="Sign in").click()
    expect(limited.chat.cards).to_have_count(2)
    expect(limited.chat.turns).to_have_count(3)
    expect(limited.chat.turns.last.get_by_role("heading", level=2)).to_have_text("a saree")
    expect(limited.chat.box).to_have_value("typed before leaving")
    expect(limited.chat.button("Sign out")).to_be_visible()
    assert limited.fake.authorizations[-1] == f"Bearer {TOKEN}"
    assert set(limited.fake.authorizations[:-1]) == {""}


def test_nothing_secret_stays_in_the_address_or_for_long(limited: LimitedShop) -> None:
    limited.chat.button("Sign in").click()
    expect(limited.chat.button("Sign out")).to_be_visible()
    page = limited.chat.page
    assert page.url == limited.chat.url
    kept = page.evaluate("JSON.stringify([{...localStorage}, {...sessionStorage}, document.cookie])")
    local, tab, cookie = json.loads(kept)
    assert TOKEN not in json.dumps(local)
    assert TOKEN in json.dumps(tab)
    assert "fake-refresh" not in kept
    assert "verifier" not in kept
    assert cookie == ""
    page.go_back()
    assert "code=" not in page.url


def test_a_code_that_somebody_else_sent_is_refused(limited: LimitedShop) -> None:
    page = limited.chat.page
    page.goto(f"{limited.chat.url}?code=code-1&state=somebody-elses")
    expect(page.get_by_text("You were not signed in. Please try again.")).to_be_visible()
    expect(limited.chat.button("Sign in")).to_be_visible()
    assert page.url == limited.chat.url


def test_a_provider_that_fails_is_no_dead_end(limited: LimitedShop) -> None:
    limited.provider.works = False
    limited.chat.button("Sign in").click()
    expect(limited.chat.page.get_by_text("Signing in did not work. Please try again.")).to_be_visible()
    limited.provider.works = True
    limited.chat.button("Sign in").click()
    expect(limited.chat.button("Sign out")).to_be_visible()


def test_a_sign_in_that_has_ended_keeps_the_question(limited: LimitedShop) -> None:
    limited.chat.button("Sign in").click()
    expect(limited.chat.button("Sign out")).to_be_visible()
    limited.tokens.valid = False
    limited.chat.ask("a shirt")
    expect(limited.chat.answer).to_contain_text("Your sign-in is not valid any more.")
    limited.tokens.valid = True
    limited.chat.answer.get_by_role("button", name="Sign in").click()
    expect(limited.chat.cards).to_have_count(2)


def test_signing_out_forgets_the_token_here_and_at_the_provider(limited: LimitedShop) -> None:
    limited.chat.button("Sign in").click()
    limited.chat.button("Sign out").click()
    expect(limited.chat.button("Sign in")).to_be_visible()
    assert TOKEN not in limited.chat.page.evaluate("JSON.stringify(sessionStorage)")
    [asked] = limited.provider.logged_out
    assert asked == {"client_id": "fake-client", "logout_uri": limited.chat.url}


def test_more_than_a_user_may_ask_a_minute(limited: LimitedShop) -> None:
    limited.chat.button("Sign in").click()
    expect(limited.chat.button("Sign out")).to_be_visible()
    for number in range(9):
        limited.chat.ask(f"question {number}")
        limited.chat.wait()
    expect(limited.chat.answer).to_contain_text("more than 8 messages in a minute")
    expect(limited.chat.answer).to_contain_text("Nothing is lost: you can ask again at")
    expect(limited.chat.answer.get_by_role("button", name="Ask again")).to_be_visible()


def test_where_nobody_can_sign_in_nothing_offers_it(fake_page: ChatPage) -> None:
    expect(fake_page.page.get_by_role("button", name="Sign in")).to_have_count(0)


def test_a_limit_told_by_status_is_understood_too(limited: LimitedShop) -> None:
    limited.fake.faults.append(refused_for_guests)
    limited.chat.ask("a shirt")
    expect(limited.chat.answer).to_contain_text("Please sign in to go on.")
    limited.chat.answer.get_by_role("button", name="Sign in").click()
    expect(limited.chat.cards).to_have_count(2)
