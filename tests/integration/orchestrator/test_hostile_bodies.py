"""Whatever the real conversation is sent, it never answers 5xx, and each of its errors can be read."""

import json
import socket
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit

import httpx2
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from orchestrator.conversation import answer
from orchestrator.edge.api import Inside
from orchestrator.recommend import recommend_query, recommend_similar
from orchestrator.settings import Settings
from tests.orchestrator_fakes import fake_app, fake_services, served

PATHS = ["/v1/chat/completions", "/v1/recommendations"]
SMALL_CAP = 1_000_000


@pytest.fixture(scope="module")
def http() -> Iterator[httpx2.Client]:
    inside = Inside(answer=answer, by_query=recommend_query, by_products=recommend_similar)
    services = fake_services(Settings(max_body_bytes=SMALL_CAP))
    with served(fake_app(inside, services)) as address, httpx2.Client(base_url=address, timeout=30) as client:
        yield client


def check(answer: httpx2.Response, *, status: int | None = None) -> None:
    assert answer.status_code < 500, answer.text
    assert status in (None, answer.status_code), answer.text
    assert answer.headers["x-request-id"]
    if answer.status_code >= 400:
        error = answer.json()["error"]
        assert set(error) == {"message", "type", "code", "param"}
        assert error["message"].endswith((".", "!")) or "see /v1/docs" in error["message"]


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize(
    "body",
    [
        b"", b"{", b"nul", b"[]", b'"x"', b"null", b"5", b"NaN", b"\xff\xfe", b"\xed\xa0\x80", b"\0",
        b"[" * 100_000, b'{"a":' * 100_000, b'{"messages":' + b"[" * 900_000,
        b'{"messages":[{"role":"user","content":NaN}],"query":NaN}',
        b'{"messages":' + b"9" * 10_000 + b',"query":' + b"9" * 10_000 + b"}",
        b'{"messages":1e999,"query":-1e999}',
        b'{"messages":{},"query":{},"query":[]}',
        b'{"messages":[null],"viewed":[null]}',
        b'{"messages":[{"role":"user"}],"viewed":[{}]}',
        b'{"messages":[{"role":"wizard","content":"hi"}],"similar_to":{}}',
        b'{"messages":[{"role":"user","content":[{"type":"text"}]}],"similar_to":""}',
        b'{"messages":[{"role":"user","content":{"a":1}}],"similar_to":"' + b"x" * 100 + b'"}',
        b'{"messages":[],"query":""}',
    ],
    ids=lambda body: repr(body[:30]),
)  # fmt: skip
def test_what_is_no_request_is_a_400(http: httpx2.Client, path: str, body: bytes) -> None:
    check(http.post(path, content=body), status=400)


@pytest.mark.parametrize("path", [*PATHS, "/v1/feedback"])
def test_a_body_that_is_nested_too_deep_is_told_so(http: httpx2.Client, path: str) -> None:
    answer = http.post(path, content=b'{"a":' * 33 + b"1" + b"}" * 33)
    check(answer, status=400)
    assert "more than 32 levels" in answer.json()["error"]["message"]


def test_as_deep_as_may_be_and_not_read_is_no_harm(http: httpx2.Client) -> None:
    tools = b'{"a":' * 31 + b"1" + b"}" * 31
    body = b'{"messages":[{"role":"user","content":"hi"}],"query":"hi","tools":' + tools + b"}"
    for path in PATHS:
        check(http.post(path, content=body), status=200)


@pytest.mark.parametrize("content_type", ["", "text/plain", "application/x-www-form-urlencoded", "image/png"])
def test_a_good_body_is_read_whatever_it_is_called(http: httpx2.Client, content_type: str) -> None:
    body = b'{"messages":[{"role":"user","content":"hi"}]}'
    check(http.post(PATHS[0], content=body, headers={"content-type": content_type}), status=200)


@pytest.mark.parametrize("text", ["\\u0000hi", "hi \\ud83d", "\\udc00hi", "hi\\u202e", "'; DROP TABLE x; --"])
def test_odd_characters_do_no_harm(http: httpx2.Client, text: str) -> None:
    body = f'{{"messages":[{{"role":"user","content":"{text}"}}],"query":"{text}"}}'.encode()
    for path in PATHS:
        check(http.post(path, content=body), status=200)


def test_too_large_is_a_413_before_the_body_is_read(http: httpx2.Client) -> None:
    check(http.post(PATHS[0], content=b"x" * (SMALL_CAP + 1)), status=413)
    long_message = {"messages": [{"role": "user", "content": "x" * 8_001}]}
    check(http.post(PATHS[0], json=long_message), status=413)

    address = urlsplit(str(http.base_url))
    with socket.create_connection((str(address.hostname), address.port or 0), timeout=10) as raw:
        raw.sendall(b"POST /v1/chat/completions HTTP/1.1\r\nhost: x\r\ncontent-length: 99999999999\r\n\r\n")
        assert b" 413 " in raw.recv(1_000)


def test_a_body_in_parts_without_a_length_is_cut_off_too(http: httpx2.Client) -> None:
    def parts() -> Iterator[bytes]:
        for _ in range(30):
            yield b"x" * 50_000

    check(http.post(PATHS[0], content=parts()), status=413)


def test_a_long_history_is_cut_and_not_refused(http: httpx2.Client) -> None:
    turns = [{"role": role, "content": "blue shirt " * 30} for role in ("user", "assistant")] * 1_000
    check(http.post(PATHS[0], json={"messages": [*turns, {"role": "user", "content": "hi"}]}), status=200)


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/", 404), ("GET", "/v1", 404), ("POST", "/v1/none", 404), ("GET", "/v1/../etc/passwd", 404),
        ("GET", "/%00%ff", 404), ("GET", "/v1/chat/completions", 405), ("DELETE", "/v1/models", 405),
        ("PATCH", "/v1/recommendations", 405), ("GET", "/v1/health?deep=maybe", 400),
    ],
)  # fmt: skip
def test_wrong_addresses_and_methods(http: httpx2.Client, method: str, path: str, status: int) -> None:
    check(http.request(method, path), status=status)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=10),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=8,
)
ROLES = st.sampled_from(["user", "assistant", "system", "developer", "tool", ""]) | JSON
PART = st.fixed_dictionaries({"type": st.sampled_from(["text", "image_url"]) | JSON, "text": JSON})
PARTS = st.lists(PART, max_size=2)
MESSAGE = st.fixed_dictionaries({"role": ROLES, "content": st.text(max_size=20) | PARTS | JSON}) | JSON
CHAT = st.fixed_dictionaries(
    {"messages": st.lists(MESSAGE, max_size=4) | JSON},
    optional={"stream": JSON, "stream_options": JSON, "model": JSON, "max_tokens": JSON, "tools": JSON},
)
FILTER_NAMES = ["genders", "brands", "colors", "min_price", "max_price", "apparel_only", "x"]
FILTERS = st.dictionaries(st.sampled_from(FILTER_NAMES), JSON, max_size=3)
RECOMMENDATIONS = st.dictionaries(
    st.sampled_from(["query", "similar_to", "viewed", "limit"]), JSON | st.lists(JSON, max_size=3), max_size=3
)


@settings(max_examples=60, deadline=None)
@given(body=CHAT | JSON)
def test_no_chat_body_breaks_anything(http: httpx2.Client, body: Any) -> None:
    check(http.post(PATHS[0], content=json.dumps(body)))


@settings(max_examples=60, deadline=None)
@given(body=RECOMMENDATIONS, filters=FILTERS | JSON)
def test_no_recommendations_body_breaks_anything(http: httpx2.Client, body: Any, filters: Any) -> None:
    check(http.post(PATHS[1], content=json.dumps({**body, "filters": filters})))


@settings(max_examples=40, deadline=None)
@given(body=st.binary(max_size=200))
def test_no_bytes_break_anything(http: httpx2.Client, body: bytes) -> None:
    for path in PATHS:
        check(http.post(path, content=body))
