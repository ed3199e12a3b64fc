"""The LLM client against a real HTTP server that behaves well, badly and worse."""

import threading
from collections.abc import Iterator

import pytest
from pydantic import SecretStr

from orchestrator.deadline import Deadline
from orchestrator.errors import LlmTimeout, LlmUnavailable
from orchestrator.llm.openai_llm import OpenAiLlm
from orchestrator.messages import Message
from tests.llm_server import LlmServer, chunk, endless, llm_server, says, sends, stalls_after, trickles

ASKED = [Message("system", "Be brief."), Message("user", "नमस्ते")]


@pytest.fixture
def server() -> Iterator[LlmServer]:
    with llm_server() as scripted:
        yield scripted


def client(server: LlmServer, *, silence_seconds: float = 5) -> OpenAiLlm:
    return OpenAiLlm(
        base_url=server.url, model="m", api_key=SecretStr("key"), timeout_seconds=20,
        silence_seconds=silence_seconds, context_tokens=4_096,
    )  # fmt: skip


def complete(server: LlmServer, deadline: Deadline | None = None, silence_seconds: float = 5) -> str:
    llm = client(server, silence_seconds=silence_seconds)
    return llm.complete(
        ASKED, max_tokens=50, temperature=0.2, stop=["END"], deadline=deadline or Deadline(20)
    )


def test_asks_as_openai_is_asked(server: LlmServer) -> None:
    assert complete(server) == "ok"
    path, authorization, body = server.requests[0]
    assert (path, authorization) == ("/v1/chat/completions", "Bearer key")
    assert body == {
        "model": "m",
        "messages": [{"role": "system", "content": "Be brief."}, {"role": "user", "content": "नमस्ते"}],
        "max_tokens": 50,
        "temperature": 0.2,
        "stop": ["END"],
        "stream": True,
    }


def test_gives_pieces_as_they_come(server: LlmServer) -> None:
    release = threading.Event()
    server.script = stalls_after(chunk("first"), release=release)
    stream = client(server).stream(ASKED, max_tokens=50, temperature=0, deadline=Deadline(20))
    assert next(stream) == "first"
    release.set()


@pytest.mark.parametrize("size", [1, 2, 7])
def test_parts_may_be_cut_anywhere_also_inside_a_character(server: LlmServer, size: int) -> None:
    whole = (
        b": hi\r\n\r\n"
        + chunk("₹ नीला 🎉").replace(b"\n", b"\r\n")
        + chunk("!", "stop")
        + b"data: [DONE]\n\n"
    )
    server.script = sends(*(whole[at : at + size] for at in range(0, len(whole), size)))
    assert complete(server) == "₹ नीला 🎉!"


def test_a_usage_chunk_and_an_end_without_done_are_fine(server: LlmServer) -> None:
    usage = b'data: {"choices":[],"usage":{"total_tokens":3}}\n\n'
    server.script = sends(chunk("fine"), chunk("", "stop"), usage)
    assert complete(server) == "fine"


@pytest.mark.parametrize(
    "parts",
    [
        [chunk("half")],
        [],
        [b"data: {not json}\n\n"],
        [b'data: {"error": {"message": "overloaded"}}\n\n'],
        [b"data: " + b"[" * 100_000 + b"\n\n"],
        [b'data: {"choices": [{"delta": "text"}]}\n\n'],
        [b"\xff\xfe\x00" * 50],
        [b"data: " + b"x" * 600_000] * 3,
    ],
    ids=["cut", "empty", "garbage", "error", "deep", "wrong shape", "bytes", "a line without end"],
)
def test_anything_else_is_an_unavailable_llm(server: LlmServer, parts: list[bytes]) -> None:
    server.script = sends(*parts)
    with pytest.raises(LlmUnavailable):
        complete(server)


@pytest.mark.parametrize("status", [400, 401, 404, 429, 500, 503])
def test_so_is_an_error_status(server: LlmServer, status: int) -> None:
    server.status = status
    with pytest.raises(LlmUnavailable, match=str(status)):
        complete(server)


def test_so_is_a_broken_connection(server: LlmServer) -> None:
    server.script, server.cut = sends(chunk("half")), True
    with pytest.raises(LlmUnavailable):
        complete(server)


def test_so_is_nobody_at_the_address(server: LlmServer) -> None:
    nobody = LlmServer()
    nobody.url = "http://127.0.0.1:9/v1"
    with pytest.raises(LlmUnavailable):
        complete(nobody)


@pytest.mark.parametrize("said_before", [[], [chunk("half")]], ids=["at once", "in mid-answer"])
def test_silence_is_a_timeout(server: LlmServer, said_before: list[bytes]) -> None:
    release = threading.Event()
    server.script = stalls_after(*said_before, release=release)
    with pytest.raises(LlmTimeout):
        complete(server, silence_seconds=0.2)
    release.set()


def test_the_deadline_holds_also_for_a_server_that_is_never_silent(server: LlmServer) -> None:
    server.script = trickles
    with pytest.raises(LlmTimeout):
        complete(server, deadline=Deadline(0.3))


def test_a_cancelled_deadline_ends_a_stream(server: LlmServer) -> None:
    server.script = endless
    deadline = Deadline(20)
    stream = client(server).stream(ASKED, max_tokens=100_000, temperature=0, deadline=deadline)
    next(stream)
    deadline.cancel()
    with pytest.raises(LlmTimeout):
        list(stream)


def test_nobody_is_asked_after_the_deadline(server: LlmServer) -> None:
    with pytest.raises(LlmTimeout):
        complete(server, deadline=Deadline(0))
    assert server.requests == []


def test_an_endless_answer_is_cut(server: LlmServer) -> None:
    server.script = endless
    assert len(complete(server)) == 600


def test_an_empty_answer_is_empty(server: LlmServer) -> None:
    server.script = says()
    assert complete(server) == ""
