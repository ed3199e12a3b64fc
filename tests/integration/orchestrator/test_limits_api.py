"""Limits as clients meet them, over HTTP."""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

import httpx2
import pytest

from orchestrator.events import Recommended, Text
from orchestrator.limits.admission import Limits
from orchestrator.limits.callers import Doorman, Keys
from orchestrator.limits.counters import DynamoCounters
from orchestrator.limits.rules import Rules
from orchestrator.messages import Message
from orchestrator.services import Services
from tests.dynamodb import LimitsTable, limits_table
from tests.orchestrator_fakes import ECHO, fake_app, fake_services, served

TITLE = "You are a chat thread titling assistant.\nGoal: …"
TESTER = {"authorization": "Bearer tester"}


@pytest.fixture(scope="module")
def url() -> Iterator[str]:
    """Each test is a guest of its own address."""
    with limits_table() as table:
        services = replace(
            fake_services(),
            doorman=Doorman(Keys("service", {"load": "tester"})),
            limits=Limits(DynamoCounters(table.client(), table.name), Rules()),
        )
        with served(fake_app(services=services)) as address:
            yield f"{address}/v1"


def chat(
    url: str, text: str, guest: str, headers: Mapping[str, str] | None = None, stream: bool = True
) -> httpx2.Response:
    body = {"messages": [{"role": "user", "content": text}], "stream": stream}
    sent = {"x-viewer-address": guest, **(headers or {})}
    return httpx2.post(f"{url}/chat/completions", json=body, headers=sent)


def said(answer: httpx2.Response) -> str:
    lines = [line.removeprefix("data: ") for line in answer.text.splitlines() if line.startswith("data: {")]
    choices = [choice for line in lines for choice in json.loads(line)["choices"]]
    return "".join(choice["delta"].get("content", "") for choice in choices)


def test_a_streamed_chat_is_told_in_words_what_to_do(url: str) -> None:
    assert said(chat(url, "one", "a")).startswith("You said: one")
    second = chat(url, "two", "a")
    assert second.headers["x-ratelimit-limit-requests"] == "2"
    assert second.headers["x-ratelimit-remaining-requests"] == "0"
    assert second.headers["x-ratelimit-reset-requests"].endswith("s")
    third = chat(url, "three", "a")
    assert third.status_code == 200
    assert second.headers.get("x-ratelimit-reached") is None
    assert third.headers["x-ratelimit-reached"] == "sign_in_needed"
    assert said(third).startswith("Those were the 2 messages a day that are free without an account.")
    assert '"recommendations":[]' in third.text
    assert third.text.endswith("data: [DONE]\n\n")


def test_elsewhere_it_is_429_with_the_time_to_wait(url: str) -> None:
    answers = [chat(url, text, "b", stream=False) for text in ("one", "two", "three")]
    assert [answer.status_code for answer in answers] == [200, 200, 429]
    assert answers[0].headers["x-ratelimit-remaining-requests"] == "1"
    refused = answers[2]
    assert refused.json()["error"]["code"] == "sign_in_needed"
    assert refused.json()["error"]["type"] == "rate_limit_error"
    assert int(refused.headers["retry-after"]) > 0
    assert refused.headers["x-should-retry"] == "false"
    assert refused.headers["x-ratelimit-remaining-requests"] == "0"


def test_recommendations_are_counted_with_the_chat(url: str) -> None:
    headers = {"x-viewer-address": "c"}
    chat(url, "one", "c")
    asked = [
        httpx2.post(f"{url}/recommendations", json={"query": query}, headers=headers) for query in ("x", "y")
    ]
    assert [answer.status_code for answer in asked] == [200, 429]


def test_titles_health_models_and_malformed_requests_cost_nothing(url: str) -> None:
    headers = {"x-viewer-address": "d"}
    title: Any = [{"role": "system", "content": TITLE}, {"role": "user", "content": 'User message: "hi"'}]
    for _ in range(4):
        httpx2.post(f"{url}/chat/completions", json={"messages": title, "stream": True}, headers=headers)
        httpx2.post(f"{url}/chat/completions", json={"messages": []}, headers=headers)
        httpx2.post(f"{url}/recommendations", json={"query": ""}, headers=headers)
        httpx2.get(f"{url}/models", headers=headers)
        httpx2.get(f"{url}/health", headers=headers)
    assert chat(url, "one", "d").headers["x-ratelimit-remaining-requests"] == "1"


def test_chat_uis_guests_are_counted_by_conversation(url: str) -> None:
    key = {"authorization": "Bearer service"}
    for conversation in ("x", "y"):
        answer = chat(url, "one", "chat-ui", {**key, "chatui-conversation-id": conversation})
        assert answer.headers["x-ratelimit-remaining-requests"] == "1"


def test_load_testers_go_on(url: str) -> None:
    answers = [chat(url, str(number), "e", TESTER) for number in range(12)]
    assert {answer.headers["x-ratelimit-limit-requests"] for answer in answers} == {"600"}
    assert all(said(answer).startswith("You said") for answer in answers)


def test_deep_health_tells_whether_messages_are_counted(url: str) -> None:
    nobody_there = DynamoCounters(LimitsTable("http://127.0.0.1:9", "limits").client(seconds=1), "limits")
    blind = replace(fake_services(), limits=Limits(nobody_there, Rules()))
    assert httpx2.get(f"{url}/health?deep=1").json()["limits"] == "on"
    with served(fake_app(services=blind)) as address:
        assert httpx2.get(f"{address}/v1/health?deep=1").json()["limits"] == "unavailable"
    with served(fake_app()) as address:
        assert httpx2.get(f"{address}/v1/health?deep=1").json()["limits"] == "off"


def test_a_doubled_request_counts_once(url: str) -> None:
    assert [chat(url, "one", "f").headers["x-ratelimit-remaining-requests"] for _ in range(2)] == ["1", "1"]


def test_the_tokens_of_an_answer_count_towards_the_budget() -> None:
    def talkative(messages: Sequence[Message], services: Services) -> Iterator[Recommended | Text]:
        services.usage.add(calls=1, tokens_in=600, tokens_out=400)
        yield Text("A long story.")

    rules = Rules(guest_messages_per_day=5, user_tokens_per_day=1_500)
    inside = replace(ECHO, answer=talkative)
    with limits_table() as table:
        limits = Limits(DynamoCounters(table.client(), table.name), rules)
        services = replace(fake_services(), limits=limits)
        with served(fake_app(inside, services)) as address:
            told = [said(chat(f"{address}/v1", text, "a")) for text in ("one", "two", "three")]
    assert told[:2] == ["A long story."] * 2
    assert told[2].startswith("The stylist has said all")
