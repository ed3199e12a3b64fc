"""The HTTP API over a real server, asked by the official OpenAI client and by plain HTTP."""

import json
import threading
from collections.abc import Iterator, Sequence
from typing import Any

import httpx2
import openai
import pytest

from orchestrator.edge.api import Inside
from orchestrator.errors import CatalogueUnavailable, UnknownProduct
from orchestrator.events import Recommended, Text
from orchestrator.messages import Message
from orchestrator.services import Services
from orchestrator.settings import Settings
from tests.orchestrator_fakes import (
    ECHO,
    KURTA,
    SHIRT,
    fake_app,
    fake_services,
    served,
    shelf_query,
    shelf_similar,
)

Events = Iterator[Recommended | Text]
HELLO: Any = [{"role": "user", "content": "hello"}]


@pytest.fixture(scope="module")
def url() -> Iterator[str]:
    with served(fake_app()) as address:
        yield address


def client(url: str) -> openai.OpenAI:
    return openai.OpenAI(base_url=f"{url}/v1", api_key="any", max_retries=0)


def talking(answer: Any) -> Inside:
    return Inside(answer=answer, by_query=shelf_query, by_products=shelf_similar)


def sse(url: str, **body: Any) -> list[str]:
    """The lines of a streamed answer that are not blank."""
    body = {"messages": HELLO, "stream": True, **body}
    answer = httpx2.post(f"{url}/v1/chat/completions", json=body, timeout=30)
    assert answer.status_code == 200
    return [line for line in answer.text.splitlines() if line]


def chunks(lines: Sequence[str]) -> list[dict[str, Any]]:
    assert lines[-1] == "data: [DONE]"
    return [json.loads(line.removeprefix("data: ")) for line in lines[:-1] if line.startswith("data: ")]


def text_of(parts: Sequence[dict[str, Any]]) -> str:
    return "".join(choice["delta"].get("content", "") for part in parts for choice in part["choices"])


class TestChat:
    def test_answers_whole(self, url: str) -> None:
        answer = client(url).chat.completions.create(model="apparel-recommender", messages=HELLO)
        assert answer.choices[0].message.content == r"You said: hello It costs \$5."
        assert answer.choices[0].finish_reason == "stop"
        assert answer.usage is not None
        assert answer.usage.total_tokens == answer.usage.prompt_tokens + answer.usage.completion_tokens
        assert answer.model_extra is not None
        assert [item["product_id"] for item in answer.model_extra["recommendations"]] == ["101", "202"]

    def test_answers_in_chunks(self, url: str) -> None:
        stream = client(url).chat.completions.create(
            model="any", messages=HELLO, stream=True, stream_options={"include_usage": True}
        )
        parts = list(stream)
        assert parts[0].choices[0].delta.role == "assistant"
        said = "".join(part.choices[0].delta.content or "" for part in parts if part.choices)
        assert said == r"You said: hello It costs \$5."
        assert parts[-2].choices[0].finish_reason == "stop"
        assert parts[-1].usage is not None

    def test_sends_the_recommendations_before_any_text(self, url: str) -> None:
        parts = chunks(sse(url))
        where = [index for index, part in enumerate(parts) if "recommendations" in part]
        assert where == [1]
        assert text_of(parts[:2]) == ""
        assert parts[1]["recommendations"][1] == {
            "product_id": "202", "name": KURTA.name, "brand": "Anouk", "gender": "Women", "price": 799.5,
            "currency": "INR", "color": "Pink", "category": "kurta", "description": KURTA.description,
            "url": "https://shop.example/products/202", "score": 0.5,
        }  # fmt: skip
        assert parts[-1]["choices"][0]["finish_reason"] == "stop"

    def test_is_never_compressed_nor_cached(self, url: str) -> None:
        answer = httpx2.post(f"{url}/v1/chat/completions", json={"messages": HELLO, "stream": True})
        assert answer.headers["content-type"].startswith("text/event-stream")
        assert "content-encoding" not in answer.headers
        assert answer.headers["cache-control"] == "no-store"

    @pytest.mark.parametrize("stream", [True, False])
    def test_gives_chat_ui_its_title_without_catalogue_or_llm(self, stream: bool) -> None:
        services = fake_services(error=CatalogueUnavailable())
        instruction = "You are a chat thread titling assistant.\nGoal: …"
        messages = [
            {"role": "system", "content": instruction},
            {"role": "user", "content": 'User message: "What should I wear to a summer wedding?"'},
        ]
        with served(fake_app(services=services)) as address:
            if stream:
                assert text_of(chunks(sse(address, messages=messages, max_tokens=24))) == "Summer Wedding"
            else:
                answer = client(address).chat.completions.create(model="any", messages=messages)  # type: ignore[arg-type]
                assert answer.choices[0].message.content == "Summer Wedding"

    def test_hands_the_conversation_in_without_system_messages(self) -> None:
        heard: list[Message] = []

        def answer(messages: Sequence[Message], services: Services) -> Events:
            heard.extend(messages)
            yield Text("ok")

        turns = [("system", "Obey."), ("user", "a"), ("assistant", "<think>x</think>b"), ("user", "c")]
        with served(fake_app(talking(answer))) as address:
            sse(address, messages=[{"role": role, "content": text} for role, text in turns])
        assert heard == [Message("user", "a"), Message("assistant", "b"), Message("user", "c")]


class TestFailures:
    def test_before_any_text_are_a_sentence_in_a_stream(self) -> None:
        with served(fake_app(services=fake_services(error=CatalogueUnavailable()))) as address:
            parts = chunks(sse(address))
        assert parts[1]["recommendations"] == []
        assert "can't be reached right now" in text_of(parts)
        assert parts[-1]["choices"][0]["finish_reason"] == "stop"

    def test_before_any_text_are_a_503_without_a_stream(self) -> None:
        with served(fake_app(services=fake_services(error=CatalogueUnavailable()))) as address:
            for path in ("chat/completions", "recommendations"):
                answer = httpx2.post(f"{address}/v1/{path}", json={"messages": HELLO, "query": "x"})
                assert answer.status_code == 503
                assert answer.headers["retry-after"] == "5"
                assert answer.headers["x-should-retry"] == "false"
                assert answer.json()["error"]["code"] == "catalogue_unavailable"
                assert answer.headers["x-request-id"] in answer.json()["error"]["message"]
            assert httpx2.get(f"{address}/v1/health").status_code == 200
            assert httpx2.get(f"{address}/v1/health?deep=1").status_code == 503
            assert httpx2.get(f"{address}/v1/models").status_code == 200

    @pytest.mark.parametrize("error", [CatalogueUnavailable(), RuntimeError("a bug")])
    @pytest.mark.parametrize("stream", [True, False])
    def test_in_the_middle_leave_what_was_said_and_end_it(self, error: Exception, stream: bool) -> None:
        def answer(messages: Sequence[Message], services: Services) -> Events:
            yield Recommended(())
            yield Text("Here are some shirts.")
            raise error

        with served(fake_app(talking(answer))) as address:
            if stream:
                said = text_of(chunks(sse(address)))
            else:
                said = (
                    client(address)
                    .chat.completions.create(model="m", messages=HELLO)
                    .choices[0]
                    .message.content
                    or ""
                )
        assert said.startswith("Here are some shirts.\n\nI have to stop here.")
        assert "a bug" not in said

    def test_that_nobody_expected_are_a_500_that_tells_nothing(self) -> None:
        def answer(messages: Sequence[Message], services: Services) -> Events:
            raise RuntimeError("secret detail")
            yield

        with served(fake_app(talking(answer))) as address:
            reply = httpx2.post(f"{address}/v1/chat/completions", json={"messages": HELLO})
        assert reply.status_code == 500
        assert reply.json()["error"]["code"] == "internal_error"
        assert "secret" not in reply.text
        assert reply.headers["x-request-id"] in reply.text

    def test_to_say_anything_still_give_a_text(self) -> None:
        with served(fake_app(talking(lambda messages, services: iter([Recommended(())])))) as address:
            assert text_of(chunks(sse(address)))


class TestWaiting:
    def test_is_told_by_comments_while_nothing_comes(self) -> None:
        heartbeats = threading.Event()

        def answer(messages: Sequence[Message], services: Services) -> Events:
            heartbeats.wait(timeout=20)
            yield Text("done")

        with (
            served(fake_app(talking(answer), heartbeat_s=0.05)) as address,
            httpx2.stream(
                "POST", f"{address}/v1/chat/completions", json={"messages": HELLO, "stream": True}, timeout=20
            ) as reply,
        ):
            lines = []
            for line in reply.iter_lines():
                lines.append(line)
                if line.startswith(": "):
                    heartbeats.set()
        assert [line for line in lines if line][-1] == "data: [DONE]"
        assert heartbeats.is_set()

    @pytest.mark.parametrize("stream", [True, False])
    def test_ends_at_the_deadline(self, stream: bool) -> None:
        release = threading.Event()

        def answer(messages: Sequence[Message], services: Services) -> Events:
            release.wait(timeout=20)
            yield Text("too late")

        services = fake_services(Settings(deadline_seconds=0.2))
        with served(fake_app(talking(answer), services)) as address:
            if stream:
                assert "longer than it should" in text_of(chunks(sse(address)))
            else:
                reply = httpx2.post(f"{address}/v1/chat/completions", json={"messages": HELLO})
                assert (reply.status_code, reply.json()["error"]["code"]) == (503, "deadline_passed")
            release.set()

    def test_ends_for_the_answer_too_when_the_client_goes(self) -> None:
        ended = threading.Event()
        steps = threading.Event()

        def answer(messages: Sequence[Message], services: Services) -> Events:
            try:
                while not services.deadline.passed:
                    yield Text("more ")
                    steps.wait(timeout=0.01)
            finally:
                ended.set()

        with served(fake_app(talking(answer))) as address:
            with httpx2.stream(
                "POST", f"{address}/v1/chat/completions", json={"messages": HELLO, "stream": True}
            ) as reply:
                next(line for line in reply.iter_lines() if "more" in line)
            assert ended.wait(timeout=10)


class TestRecommendations:
    @pytest.mark.parametrize("body", [{"query": "shirt"}, {"similar_to": 101}, {"viewed": ["5", 101]}])
    def test_come_for_a_query_a_product_or_a_visit(self, url: str, body: dict[str, Any]) -> None:
        found = httpx2.post(f"{url}/v1/recommendations", json=body).json()["recommendations"]
        assert found
        assert {type(item["product_id"]) for item in found} == {str}

    def test_come_as_many_as_asked_for(self, url: str) -> None:
        found = httpx2.post(f"{url}/v1/recommendations", json={"query": "x", "limit": 1}).json()
        assert [item["product_id"] for item in found["recommendations"]] == [SHIRT.product_id]

    def test_like_an_unknown_product_are_a_404(self) -> None:
        with served(fake_app(services=fake_services(error=UnknownProduct()))) as address:
            reply = httpx2.post(f"{address}/v1/recommendations", json={"similar_to": "no"})
        assert (reply.status_code, reply.json()["error"]["code"]) == (404, "unknown_product")

    @pytest.mark.parametrize(
        ("body", "param"),
        [
            ({}, None),
            ({"query": "x", "viewed": ["1"]}, None),
            ({"query": " "}, None),
            ({"query": "x" * 2_001}, "query"),
            ({"query": "x", "limit": 21}, "limit"),
            ({"query": "x", "limit": 0}, "limit"),
            ({"viewed": []}, "viewed"),
            ({"similar_to": True}, "similar_to"),
            ({"query": "x", "filters": {"colour": ["red"]}}, "filters.colour"),
            ({"query": "x", "filters": {"max_price": "1E+999999"}}, "filters.max_price"),
            ({"query": "x", "filters": {"genders": ["Robots"]}}, "filters.genders.0"),
        ],
    )
    def test_for_a_wrong_request_are_a_400_that_names_the_field(
        self, url: str, body: dict[str, Any], param: str | None
    ) -> None:
        reply = httpx2.post(f"{url}/v1/recommendations", json=body)
        assert reply.status_code == 400
        assert reply.json()["error"]["param"] == param


class TestAbout:
    def test_the_model_has_one_stable_id(self, url: str) -> None:
        assert [model.id for model in client(url).models.list()] == ["apparel-recommender"]

    def test_health_says_what_it_depends_on(self, url: str) -> None:
        assert httpx2.get(f"{url}/v1/health").json()["status"] == "ok"
        assert httpx2.get(f"{url}/v1/health?deep=1").json() == {
            "status": "ok", "products": 2, "catalogue_version": "v1", "llm": "none", "limits": "off",
        }  # fmt: skip

    def test_the_description_is_made_from_the_code_and_the_page_needs_nobody_else(self, url: str) -> None:
        described = httpx2.get(f"{url}/v1/openapi.json").json()
        assert set(described["paths"]) == {
            "/v1/chat/completions", "/v1/recommendations", "/v1/feedback", "/v1/models", "/v1/health",
        }  # fmt: skip
        page = httpx2.get(f"{url}/v1/docs")
        assert "<script" not in page.text
        assert "RecommendationsRequest" in page.text

    def test_every_answer_carries_a_request_id_the_clients_own_if_it_has_one(self, url: str) -> None:
        assert httpx2.get(f"{url}/nowhere").headers["x-request-id"]
        given = httpx2.get(f"{url}/v1/models", headers={"x-request-id": "abcd-1234"})
        assert given.headers["x-request-id"] == "abcd-1234"
        forged = httpx2.get(f"{url}/v1/models", headers={"x-request-id": "a b"})
        assert forged.headers["x-request-id"] != "a b"

    def test_other_sites_may_call_only_if_they_are_listed(self, url: str) -> None:
        origin = {"origin": "https://shop.example"}
        assert "access-control-allow-origin" not in httpx2.get(f"{url}/v1/models", headers=origin).headers
        services = fake_services(Settings(cors_origins=("https://shop.example",)))
        with served(fake_app(ECHO, services)) as address:
            allowed = httpx2.get(f"{address}/v1/models", headers=origin)
        assert allowed.headers["access-control-allow-origin"] == "https://shop.example"
