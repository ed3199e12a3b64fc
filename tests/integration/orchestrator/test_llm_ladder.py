"""DESIGN §6, the rungs that have to do with the LLM: each fault is produced over SageMaker's protocol, and
what counts is what a shopper's client reads of the stream."""

import json
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import httpx2
import pytest

from orchestrator.conversation import answer
from orchestrator.edge.api import Inside
from orchestrator.llm.prompt_text import prompt
from orchestrator.recommend import recommend_query, recommend_similar
from orchestrator.settings import Settings
from scripts.local.sagemaker_api import Container, ServiceError, StreamError, no_capacity
from tests.llm_server import chunk
from tests.orchestrator_fakes import fake_app, fake_services, served
from tests.sagemaker_server import (
    ScriptedEndpoint,
    client_of,
    endless,
    fails,
    sagemaker_endpoint,
    says,
    sends,
    stalls,
    trickles,
)

INSIDE = Inside(answer=answer, by_query=recommend_query, by_products=recommend_similar)
SPECIFIC = "blue shirts for men under 2000"
VAGUE = "something chic"
TRUE = "The checked shirt is easy to wear all day."


@dataclass
class Stream:
    """What a client got, in order."""

    kinds: list[str] = field(default_factory=list)
    """`role`, `recommendations`, `text`, `heartbeat`, `stop`, `[DONE]`."""
    texts: list[str] = field(default_factory=list)
    seconds: float = 0.0

    @property
    def text(self) -> str:
        return "".join(self.texts)


@pytest.fixture
def endpoint() -> Iterator[ScriptedEndpoint]:
    with sagemaker_endpoint() as scripted:
        yield scripted


def streamed(
    endpoint: ScriptedEndpoint | None,
    asked: str = SPECIFIC,
    *,
    silence_seconds: float = 0.3,
    deadline_seconds: float = 20,
    heartbeat_s: float = 10,
) -> Stream:
    llm = client_of(endpoint.url, silence_seconds=silence_seconds, timeout_seconds=5) if endpoint else None
    services = fake_services(Settings(deadline_seconds=deadline_seconds), llm=llm)
    body = {"messages": [{"role": "user", "content": asked}], "stream": True}
    found = Stream()
    began = time.monotonic()
    with (
        served(fake_app(INSIDE, services, heartbeat_s)) as address,
        httpx2.stream("POST", f"{address}/v1/chat/completions", json=body, timeout=30) as response,
    ):
        assert response.status_code == 200
        for line in filter(None, response.iter_lines()):
            _note(found, line)
        found.seconds = time.monotonic() - began
    assert found.kinds[0] == "role"
    assert found.kinds[-2:] == ["stop", "[DONE]"]
    return found


def _note(found: Stream, line: str) -> None:
    if line.startswith(":"):
        found.kinds.append("heartbeat")
    elif line == "data: [DONE]":
        found.kinds.append("[DONE]")
    else:
        event: dict[str, Any] = json.loads(line.removeprefix("data: "))
        choice = event["choices"][0]
        if "recommendations" in event:
            found.kinds.append("recommendations")
        elif choice["finish_reason"]:
            found.kinds.append(choice["finish_reason"])
        elif choice["delta"].get("role"):
            found.kinds.append("role")
        else:
            found.kinds.append("text")
            found.texts.append(choice["delta"]["content"])


def order(found: Stream) -> list[str]:
    """The kinds, each run of one kind once."""
    return [kind for at, kind in enumerate(found.kinds) if at == 0 or found.kinds[at - 1] != kind]


@pytest.fixture(scope="module")
def without_llm() -> str:
    return streamed(None).text


def test_recommendations_and_product_lines_come_before_the_llm_has_said_a_word(
    endpoint: ScriptedEndpoint,
) -> None:
    seen: list[str] = []
    release = threading.Event()

    def answer_late(request: dict[str, Any]) -> Iterator[bytes]:
        release.wait(timeout=10)
        yield from says(TRUE)(request)

    endpoint.container = answer_late
    services = fake_services(llm=client_of(endpoint.url))
    body = {"messages": [{"role": "user", "content": SPECIFIC}], "stream": True}
    with (
        served(fake_app(INSIDE, services)) as address,
        httpx2.stream("POST", f"{address}/v1/chat/completions", json=body, timeout=30) as response,
    ):
        for line in response.iter_lines():
            seen.append(line)
            if "Roadster Men Navy Blue" in line and "₹1,299" in line:
                release.set()  # the client has the list; only now may the LLM begin
    text = "".join(seen)
    assert text.index('"recommendations"') < text.index("₹1,299") < text.index(TRUE)


def test_a_specific_message_costs_one_call_and_a_vague_one_two(endpoint: ScriptedEndpoint) -> None:
    endpoint.container = says(TRUE)
    streamed(endpoint)
    assert [request["stream"] for request in endpoint.requests] == [True]
    endpoint.requests.clear()
    endpoint.container = by_role("TERMS: men linen shirt", TRUE)
    assert TRUE in streamed(endpoint, VAGUE).text
    assert [request["stream"] for request in endpoint.requests] == [False, True]


def by_role(terms: str, prose: str) -> Container:
    """LLM 1 is not streamed, LLM 2 is."""
    return lambda request: says(prose if request["stream"] else terms)(request)


class TestLlm1:
    @pytest.mark.parametrize(
        "first",
        [
            fails(ServiceError(429, "ThrottlingException", "Rate exceeded")),
            fails(ServiceError(503, "ServiceUnavailable", "later")),
            says("Sure! I can help you with that."),
            says(""),
            sends(b"\x00\xff"),
        ],
        ids=["throttled", "down", "no acceptable form", "empty", "garbage"],
    )
    def test_that_fails_leaves_the_codes_own_understanding(
        self, endpoint: ScriptedEndpoint, first: Container
    ) -> None:
        endpoint.container = lambda request: (says(TRUE) if request["stream"] else first)(request)
        assert order(streamed(endpoint, VAGUE)) == order(streamed(None, VAGUE))
        assert 1 <= sum(not request["stream"] for request in endpoint.requests) <= 2

    def test_that_is_silent_is_not_waited_for_twice(self, endpoint: ScriptedEndpoint) -> None:
        release = threading.Event()
        endpoint.container = lambda request: (says(TRUE) if request["stream"] else stalls(release))(request)
        streamed(endpoint, VAGUE)
        release.set()
        assert sum(not request["stream"] for request in endpoint.requests) == 1


FAULTS: dict[str, Container] = {
    "throttled": fails(ServiceError(429, "ThrottlingException", "Rate exceeded")),
    "500": fails(ServiceError(500, "InternalFailure", "oops")),
    "503": fails(ServiceError(503, "ServiceUnavailable", "later")),
    "model stream error at once": fails(StreamError("ModelStreamError", "broke"), b": hi\n"),
    "broken connection": fails(ConnectionAbortedError()),
    "never silent, never said": trickles,
    "endless": endless,
    "garbage": sends(b"\x00\xff" * 500),
    "empty": says(""),
    "blank": says(" \n ", "\n"),
    "another language": says("Cette chemise est parfaite. ", "这件衬衫很好看。", " Das ist sehr schön."),
    "the prompt": says(prompt("stylist").replace("\n", " "), " [INST] <<SYS>>"),
    "the prompt in capitals": says(prompt("stylist").upper().replace("\n", " ")),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_llm_2_that_fails_leaves_the_answer_that_code_gives(
    endpoint: ScriptedEndpoint, without_llm: str, fault: str
) -> None:
    endpoint.container = FAULTS[fault]
    found = streamed(endpoint, deadline_seconds=10)
    assert found.text == without_llm
    assert order(found) == ["role", "recommendations", "text", "stop", "[DONE]"]


class TestScaledToZero:
    def test_the_answer_comes_at_once_with_a_note(self, endpoint: ScriptedEndpoint, without_llm: str) -> None:
        endpoint.container = fails(no_capacity())
        found = streamed(endpoint)
        assert found.text.startswith(without_llm)
        assert "waking up" in found.text.removeprefix(without_llm)
        assert found.seconds < 5

    def test_one_request_wakes_it_and_no_other_is_sent(self, endpoint: ScriptedEndpoint) -> None:
        endpoint.container = fails(no_capacity())
        found = streamed(endpoint, VAGUE)
        assert found.text.count("waking up") == 1
        assert len(endpoint.requests) == 1

    def test_the_next_message_finds_it_awake(self, endpoint: ScriptedEndpoint) -> None:
        endpoint.container = fails(no_capacity())
        streamed(endpoint)
        endpoint.container = says(TRUE)
        found = streamed(endpoint)
        assert TRUE in found.text
        assert "waking up" not in found.text


class TestInMidAnswer:
    @pytest.mark.parametrize(
        "cut",
        [StreamError("ModelStreamError", "broke", ErrorCode="StreamBroken"), ConnectionAbortedError()],
        ids=["model stream error", "broken connection"],
    )
    def test_what_was_shown_stays_and_code_closes(
        self, endpoint: ScriptedEndpoint, without_llm: str, cut: Exception
    ) -> None:
        endpoint.container = fails(cut, chunk(f"{TRUE} And the pink"))
        found = streamed(endpoint)
        closing = without_llm.rpartition("\n\n")[2]
        assert found.text.endswith(f"{TRUE}\n\n{closing}")

    def test_silence_is_borne_with_heartbeats_up_to_its_limit(
        self, endpoint: ScriptedEndpoint, without_llm: str
    ) -> None:
        release = threading.Event()
        endpoint.container = stalls(release, chunk(f"{TRUE} And the pink"))
        found = streamed(endpoint, silence_seconds=1, heartbeat_s=0.2)
        release.set()
        assert found.kinds.count("heartbeat") >= 3
        assert TRUE in found.text
        assert found.text.endswith(without_llm.rpartition("\n\n")[2])

    def test_the_deadline_ends_even_a_patient_wait_in_an_honest_sentence(
        self, endpoint: ScriptedEndpoint
    ) -> None:
        release = threading.Event()
        endpoint.container = stalls(release, chunk(f"{TRUE} And the pink"))
        found = streamed(endpoint, silence_seconds=20, deadline_seconds=1, heartbeat_s=0.2)
        release.set()
        assert found.seconds < 8
        assert TRUE in found.text
        assert "And the pink" not in found.text
        assert found.text.rstrip().endswith(".")
