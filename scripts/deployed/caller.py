"""Calls to a deployed API, none of which takes longer than its deadline."""

import json
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import httpx2

MODEL = "apparel-recommender"
_CONNECT_SECONDS = 10


class CheckFailed(Exception):
    """What was seen, and what was expected instead."""


@dataclass(frozen=True)
class Reply:
    """`body` is the JSON of the answer; None where it holds none."""

    status: int
    headers: Mapping[str, str]
    body: Any


@dataclass
class Answer:
    """A streamed chat turn."""

    text: str = ""
    recommendations: list[dict[str, Any]] | None = None
    """None where no chunk carried any."""
    recommended_before_text: bool = False
    finish_reason: str | None = None
    done: bool = False
    first_byte_s: float = 0
    first_line_s: float = 0
    """Until the product lines begin."""
    total_s: float = 0
    headers: Mapping[str, str] = field(default_factory=dict)


class Caller:
    """`base_url` ends in /v1. `key` is sent as a bearer token. Raises CheckFailed where nothing answers."""

    def __init__(
        self, base_url: str, key: str | None = None, transport: httpx2.BaseTransport | None = None
    ) -> None:
        self.base_url = base_url
        headers = {"Authorization": f"Bearer {key}"} if key else {}
        self._client = httpx2.Client(headers=headers, transport=transport)

    def get(self, path: str, seconds: float, base_url: str | None = None) -> Reply:
        return self._call("GET", f"{base_url or self.base_url}{path}", seconds)

    def post(self, path: str, body: object, seconds: float) -> Reply:
        return self._call("POST", f"{self.base_url}{path}", seconds, json=body)

    def chat(self, messages: list[dict[str, str]], seconds: float) -> Answer:
        """One turn, streamed."""
        body = {"model": MODEL, "messages": messages, "stream": True}
        answer = Answer()
        began = time.monotonic()
        url = f"{self.base_url}/chat/completions"
        try:
            with self._client.stream("POST", url, json=body, timeout=_timeout(seconds)) as response:
                if response.status_code != 200:
                    response.read()
                    raise CheckFailed(_unexpected(response))
                answer.headers = dict(response.headers)
                for line in response.iter_lines():
                    _take(line, answer, time.monotonic() - began)
                    _in_time(began, seconds)
        except httpx2.HTTPError as error:
            raise CheckFailed(_no_answer(error, seconds)) from error
        answer.total_s = time.monotonic() - began
        return answer

    def _call(self, method: str, url: str, seconds: float, **content: Any) -> Reply:
        began = time.monotonic()
        content_read = b""
        try:
            with self._client.stream(method, url, timeout=_timeout(seconds), **content) as response:
                for piece in response.iter_bytes():
                    content_read += piece
                    _in_time(began, seconds)
        except httpx2.HTTPError as error:
            raise CheckFailed(_no_answer(error, seconds)) from error
        try:
            body = json.loads(content_read)
        except ValueError:
            body = None
        return Reply(response.status_code, dict(response.headers), body)


def _in_time(began: float, seconds: float) -> None:
    """The client's own time-out is for each piece."""
    if time.monotonic() - began > seconds:
        raise CheckFailed(f"the answer had not ended after {seconds:.0f} s")


def _timeout(seconds: float) -> httpx2.Timeout:
    return httpx2.Timeout(seconds, connect=_CONNECT_SECONDS)


def _no_answer(error: httpx2.HTTPError, seconds: float) -> str:
    if isinstance(error, httpx2.TimeoutException):
        return f"no answer within {seconds:.0f} s"
    return f"no connection: {error}"


def _unexpected(response: httpx2.Response) -> str:
    return f"status {response.status_code}: {response.text[:200]}"


def _take(line: str, answer: Answer, seconds: float) -> None:
    answer.first_byte_s = answer.first_byte_s or seconds
    if not line.startswith("data: "):
        return
    data = line.removeprefix("data: ")
    if data == "[DONE]":
        answer.done = True
        return
    chunk = _chunk(data)
    if "recommendations" in chunk:
        answer.recommendations = chunk["recommendations"]
        answer.recommended_before_text = not answer.text
    for choice in chunk.get("choices", []):
        answer.text += choice.get("delta", {}).get("content") or ""
        answer.finish_reason = choice.get("finish_reason") or answer.finish_reason
    if "1. **" in answer.text:
        answer.first_line_s = answer.first_line_s or seconds


def _chunk(data: str) -> dict[str, Any]:
    try:
        chunk: dict[str, Any] = json.loads(data)
    except ValueError:
        raise CheckFailed(f"an event that is no JSON: {data[:100]}") from None
    if "error" in chunk:
        raise CheckFailed(f"an error in the stream: {chunk['error'].get('message')}")
    return chunk
