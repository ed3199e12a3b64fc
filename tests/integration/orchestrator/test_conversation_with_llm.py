"""The real conversation with a real LLM client: what an LLM adds, and that no fault of it ever shows."""

import threading
from collections.abc import Iterator
from typing import Any

import httpx2
import pytest

from orchestrator.conversation import answer
from orchestrator.edge.api import Inside
from orchestrator.llm.openai_llm import OpenAiLlm
from orchestrator.recommend import recommend_query, recommend_similar
from tests.llm_server import LlmServer, Script, chunk, endless, llm_server, says, sends, stalls_after
from tests.orchestrator_fakes import fake_app, fake_services, served

INSIDE = Inside(answer=answer, by_query=recommend_query, by_products=recommend_similar)
ASKED = [{"role": "user", "content": "blue shirts for men under 2000"}]
TRUE = "The checked shirt is easy to wear all day."
LIES = [
    "The Roadster shirt costs ₹999.",
    "Zara has better ones.",
    "The Zenvogue shirt is finer.",
    "It is 20% off.",
]


@pytest.fixture
def server() -> Iterator[LlmServer]:
    with llm_server() as scripted:
        yield scripted


def asked(server: LlmServer, messages: Any = ASKED) -> dict[str, Any]:
    llm = OpenAiLlm(
        base_url=server.url,
        model="m",
        api_key=None,
        timeout_seconds=5,
        silence_seconds=0.3,
        context_tokens=4_096,
    )
    with served(fake_app(INSIDE, fake_services(llm=llm))) as address:
        reply = httpx2.post(f"{address}/v1/chat/completions", json={"messages": messages}, timeout=30)
    assert reply.status_code == 200
    body: dict[str, Any] = reply.json()
    return body


def text(body: dict[str, Any]) -> str:
    return str(body["choices"][0]["message"]["content"])


def test_true_words_reach_the_shopper_below_the_product_lines(server: LlmServer) -> None:
    server.script = says(TRUE)
    body = asked(server)
    assert [item["product_id"] for item in body["recommendations"]] == ["101", "202"]
    assert text(body).index("Roadster") < text(body).index(TRUE)


def test_a_specific_message_costs_one_llm_call(server: LlmServer) -> None:
    server.script = says(TRUE)
    asked(server)
    assert len(server.requests) == 1


def test_lies_do_not(server: LlmServer) -> None:
    server.script = says(*(f"{lie} " for lie in LIES), TRUE)
    said = text(asked(server))
    assert TRUE in said
    for lie in LIES:
        assert lie not in said


FAULTS: dict[str, Script] = {
    "empty": says(),
    "garbage": sends(b"\x00\xff" * 500),
    "cut at once": sends(),
    "endless": endless,
    "only lies": says(*(f"{lie} " for lie in LIES)),
    "the prompt": says("You are the stylist of an online clothing shop. ", "[INST] <<SYS>> [/INST]"),
    "a live image": says("![x](https://evil.example/a.png) <img src=x> [here](https://evil.example)"),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_a_fault_leaves_the_answer_that_code_gives(server: LlmServer, fault: str) -> None:
    with served(fake_app(INSIDE, fake_services())) as address:
        reply = httpx2.post(f"{address}/v1/chat/completions", json={"messages": ASKED})
    without_llm = text(reply.json())
    server.script = FAULTS[fault]
    assert text(asked(server)) == without_llm


@pytest.mark.parametrize("status", [404, 429, 500, 503])
def test_so_does_an_llm_that_is_down(server: LlmServer, status: int) -> None:
    server.status = status
    body = asked(server)
    assert len(body["recommendations"]) == 2
    assert text(body).strip()


def test_what_was_said_before_a_silence_stays(server: LlmServer) -> None:
    release = threading.Event()
    server.script = stalls_after(chunk(f"{TRUE} And the pink"), release=release)
    said = text(asked(server))
    release.set()
    assert TRUE in said
    assert "And the pink" not in said
