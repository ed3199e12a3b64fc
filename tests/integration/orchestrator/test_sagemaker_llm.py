"""The SageMaker client: boto3 unmodified, over AWS's own protocol, to an endpoint that behaves well, badly
and worse."""

import json
import threading
import time
from collections.abc import Iterator
from typing import Any

import pytest

from orchestrator.deadline import Deadline
from orchestrator.errors import LlmBusy, LlmTimeout, LlmUnavailable, LlmWakingUp
from orchestrator.llm.llama2 import Llama2Codec
from orchestrator.llm.protocol import Usage
from orchestrator.messages import Message
from scripts.local.sagemaker_api import Container, ServiceError, StreamError, model_error, no_capacity
from tests.llm_server import chunk
from tests.sagemaker_server import (
    COMPONENT,
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

ASKED = [Message("system", "Be brief."), Message("user", "नमस्ते")]
WAYS = ["stream", "complete"]


@pytest.fixture
def endpoint() -> Iterator[ScriptedEndpoint]:
    with sagemaker_endpoint() as scripted:
        yield scripted


def ask(
    endpoint: ScriptedEndpoint,
    way: str = "stream",
    *,
    deadline: Deadline | None = None,
    usage: Usage | None = None,
    **client: Any,
) -> str:
    llm = client_of(endpoint.url, **client)
    call = llm.stream if way == "stream" else llm.complete
    said = call(
        ASKED, max_tokens=50, temperature=0.2, stop=["END"], deadline=deadline or Deadline(20), usage=usage
    )
    return "".join(said)


def body(way: str, more: dict[str, Any]) -> dict[str, Any]:
    return {
        "messages": [{"role": "system", "content": "Be brief."}, {"role": "user", "content": "नमस्ते"}],
        "max_tokens": 50,
        "temperature": 0.2,
        "stop": ["END"],
        "stream": way == "stream",
        **more,
    }


@pytest.mark.parametrize("way", WAYS)
def test_asks_in_openais_schema(endpoint: ScriptedEndpoint, way: str) -> None:
    assert ask(endpoint, way) == "ok"
    more = {"stream_options": {"include_usage": True}} if way == "stream" else {}
    assert endpoint.requests == [body(way, more)]


@pytest.mark.parametrize("way", WAYS)
def test_asks_in_llama_2s_own_template_where_the_container_wants_a_text(
    endpoint: ScriptedEndpoint, way: str
) -> None:
    endpoint.container = sends(
        b'{"generated_text": " Namaste!", "details": {"finish_reason": "eos_token"}}\n'
    )
    assert ask(endpoint, way, codec=Llama2Codec()) == " Namaste!"
    assert endpoint.requests[0] == {
        "inputs": "[INST] <<SYS>>\nBe brief.\n<</SYS>>\n\nनमस्ते [/INST]",
        "parameters": {
            "max_new_tokens": 50,
            "do_sample": True,
            "temperature": 0.2,
            "stop": ["END", "</s>", "[INST]"],
            "details": True,
            "return_full_text": False,
        },
        "stream": way == "stream",
    }


def test_gives_pieces_as_they_come(endpoint: ScriptedEndpoint) -> None:
    release = threading.Event()
    endpoint.container = stalls(release, chunk("first"))
    stream = client_of(endpoint.url).stream(ASKED, max_tokens=50, temperature=0, deadline=Deadline(20))
    assert next(stream) == "first"
    release.set()


SSE = chunk("₹ नीला 🎉") + chunk("!", "stop") + b"data: [DONE]\n\n"
JSON_LINES = b"".join(line.removeprefix(b"data: ") + b"\n" for line in SSE.split(b"\n\n") if b"{" in line)
TOKENS = "".join(
    json.dumps(line, ensure_ascii=False) + "\n"
    for line in [
        {"token": {"id": 1, "text": "₹ नीला 🎉"}},
        {"token": {"id": 2, "text": "!"}},
        {
            "token": {"id": 3, "text": "</s>", "special": True},
            "generated_text": "₹ नीला 🎉!",
            "details": None,
        },
    ]
).encode()


@pytest.mark.parametrize("size", [1, 2, 7, 10_000])
@pytest.mark.parametrize(
    ("whole", "codec"),
    [(SSE, None), (JSON_LINES, None), (TOKENS, Llama2Codec())],
    ids=["server-sent events", "JSON lines", "tokens"],
)
def test_parts_may_be_cut_anywhere_also_inside_a_character(
    endpoint: ScriptedEndpoint, whole: bytes, codec: Any, size: int
) -> None:
    endpoint.container = sends(*(whole[at : at + size] for at in range(0, len(whole), size)))
    assert ask(endpoint, codec=codec) == "₹ नीला 🎉!"


def test_the_servers_own_count_of_tokens_is_taken(endpoint: ScriptedEndpoint) -> None:
    usage = Usage()
    ask(endpoint, "complete", usage=usage)
    assert (usage.tokens_in, usage.tokens_out) == (7, 3)
    told = b'data: {"choices": [], "usage": {"prompt_tokens": 40, "completion_tokens": 2}}\n\n'
    endpoint.container = sends(chunk("fine", "stop"), told)
    ask(endpoint, usage=usage)
    assert (usage.tokens_in, usage.tokens_out) == (47, 5)


def throttled() -> ServiceError:
    return ServiceError(429, "ThrottlingException", "Rate exceeded")


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize(
    ("error", "seen_as"),
    [
        (no_capacity(), LlmWakingUp),
        (ServiceError(429, "ModelNotReadyException", "The model is loading."), LlmWakingUp),
        (throttled(), LlmBusy),
        (ServiceError(400, "ThrottlingException", "Rate exceeded"), LlmBusy),
        (ServiceError(400, "ValidationError", "Endpoint llm of account 1 not found."), LlmUnavailable),
        (ServiceError(403, "AccessDeniedException", "no"), LlmUnavailable),
        (ServiceError(500, "InternalFailure", "oops"), LlmUnavailable),
        (ServiceError(503, "ServiceUnavailable", "later"), LlmUnavailable),
        (model_error(400, "the prompt is too long"), LlmUnavailable),
        (ConnectionAbortedError(), LlmUnavailable),
    ],
    ids=lambda value: getattr(value, "code", None) or getattr(value, "__name__", "broken connection"),
)
def test_an_error_is_known_for_what_it_is_and_nothing_is_tried_again(
    endpoint: ScriptedEndpoint, way: str, error: Exception, seen_as: type[Exception]
) -> None:
    endpoint.container = fails(error)
    with pytest.raises(seen_as) as raised:
        ask(endpoint, way)
    assert raised.type is seen_as
    assert len(endpoint.requests) == 1


@pytest.mark.parametrize(
    "container",
    [
        fails(StreamError("ModelStreamError", "it broke", ErrorCode="StreamBroken"), chunk("half")),
        fails(StreamError("InternalStreamFailure", "it broke"), chunk("half")),
        fails(ConnectionAbortedError(), chunk("half")),
        sends(chunk("half")),
        sends(),
        sends(b"data: {not json}\n\n"),
        sends(b'{"error": "overloaded", "code": 424}\n'),
        sends(chunk("half"), chunk("", "error")),
        sends(b"\xff\xfe\x00" * 50),
        sends(*[b"data: " + b"x" * 600_000] * 3),
    ],
    ids=[
        "model stream error", "internal failure", "broken connection", "cut", "empty", "garbage", "error",
        "ended with an error", "bytes", "a line without end",
    ],
)  # fmt: skip
def test_a_stream_that_breaks_is_an_unavailable_llm(endpoint: ScriptedEndpoint, container: Container) -> None:
    endpoint.container = container
    with pytest.raises(LlmUnavailable):
        ask(endpoint)


@pytest.mark.parametrize(
    "garbage", [b"", b"{}", b"[]", b"\xff", b'{"choices": []}{', b'{"choices": [{"message": "text"}]}']
)
def test_an_answer_that_is_none_is_an_unavailable_llm(endpoint: ScriptedEndpoint, garbage: bytes) -> None:
    endpoint.container = sends(garbage)
    with pytest.raises(LlmUnavailable):
        ask(endpoint, "complete")


def test_nobody_at_the_address_is_an_unavailable_llm() -> None:
    nobody = ScriptedEndpoint()
    nobody.url = "http://127.0.0.1:9"
    with pytest.raises(LlmUnavailable):
        ask(nobody)


@pytest.mark.parametrize(("way", "before"), [("stream", []), ("stream", [chunk("half")]), ("complete", [])])
def test_silence_is_a_timeout(endpoint: ScriptedEndpoint, way: str, before: list[bytes]) -> None:
    release = threading.Event()
    endpoint.container = stalls(release, *before)
    with pytest.raises(LlmTimeout):
        ask(endpoint, way, silence_seconds=0.2)
    release.set()


@pytest.mark.parametrize("way", WAYS)
def test_the_deadline_holds_also_where_silence_would_be_borne_longer(
    endpoint: ScriptedEndpoint, way: str
) -> None:
    release = threading.Event()
    endpoint.container = stalls(release)
    began = time.monotonic()
    with pytest.raises(LlmTimeout):
        ask(endpoint, way, deadline=Deadline(0.2), silence_seconds=10)
    assert time.monotonic() - began < 5
    release.set()


def test_the_deadline_holds_also_for_an_endpoint_that_is_never_silent(endpoint: ScriptedEndpoint) -> None:
    endpoint.container = trickles
    with pytest.raises(LlmTimeout):
        ask(endpoint, deadline=Deadline(0.3))


def test_a_cancelled_deadline_ends_a_silent_stream(endpoint: ScriptedEndpoint) -> None:
    release = threading.Event()
    endpoint.container = stalls(release, chunk("half"))
    deadline = Deadline(20)
    stream = client_of(endpoint.url).stream(ASKED, max_tokens=50, temperature=0, deadline=deadline)
    next(stream)
    deadline.cancel()
    with pytest.raises(LlmTimeout):
        next(stream)
    release.set()


@pytest.mark.parametrize("way", WAYS)
def test_nobody_is_asked_after_the_deadline(endpoint: ScriptedEndpoint, way: str) -> None:
    with pytest.raises(LlmTimeout):
        ask(endpoint, way, deadline=Deadline(0))
    assert endpoint.requests == []


def test_an_endless_answer_is_cut(endpoint: ScriptedEndpoint) -> None:
    endpoint.container = endless
    assert len(ask(endpoint)) == 600


def test_no_thread_outlives_what_it_was_started_for(endpoint: ScriptedEndpoint) -> None:
    release = threading.Event()
    endpoint.container = stalls(release, chunk("half"))
    with pytest.raises(LlmTimeout):
        ask(endpoint, silence_seconds=0.2)
    endpoint.container = endless
    ask(endpoint)
    release.set()
    waited = time.monotonic() + 10
    while any(thread.name == "llm-reader" for thread in threading.enumerate()):
        assert time.monotonic() < waited
        time.sleep(0.02)


def test_calls_go_side_by_side(endpoint: ScriptedEndpoint) -> None:
    both = threading.Barrier(2, timeout=10)

    def answer(request: dict[str, Any]) -> Iterator[bytes]:
        both.wait()
        yield from says(request["messages"][-1]["content"])(request)

    endpoint.container = answer
    llm, said = client_of(endpoint.url), dict[str, str]()

    def call(word: str) -> None:
        asked = [Message("user", word)]
        said[word] = "".join(llm.stream(asked, max_tokens=9, temperature=0, deadline=Deadline(10)))

    threads = [threading.Thread(target=call, args=(word,)) for word in ("one", "two")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert said == {"one": "one", "two": "two"}


def test_the_inference_component_is_named() -> None:
    with sagemaker_endpoint(component="another") as elsewhere, pytest.raises(LlmUnavailable, match=COMPONENT):
        ask(elsewhere)
