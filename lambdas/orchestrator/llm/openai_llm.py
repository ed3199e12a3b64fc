"""An LLM behind any server that speaks OpenAI's chat completions: OpenAI, Ollama, llama.cpp, vLLM."""

import json
from collections.abc import Iterator, Sequence
from typing import Any

import httpx2 as httpx
from pydantic import SecretStr

from orchestrator.deadline import Deadline
from orchestrator.errors import LlmTimeout, LlmUnavailable
from orchestrator.messages import Message

_CONNECT_SECONDS = 3.0
_MAX_LINE_BYTES = 1_000_000
_CHARS_PER_TOKEN = 12
"""Generous: an answer longer than this many characters a token was not bounded by `max_tokens`."""


class OpenAiLlm:
    """Safe to share between threads. One call takes at most `timeout_seconds`, less if its deadline is
    nearer, and gives up after `silence_seconds` without a byte."""

    def __init__(
        self,
        *,
        base_url: str,
        model: str,
        api_key: SecretStr | None,
        timeout_seconds: float,
        silence_seconds: float,
        context_tokens: int,
    ) -> None:
        headers = {"Authorization": f"Bearer {api_key.get_secret_value()}"} if api_key else {}
        self._client = httpx.Client(base_url=base_url, headers=headers)
        self._model = model
        self._timeout = timeout_seconds
        self._silence = silence_seconds
        self._context_tokens = context_tokens

    @property
    def context_tokens(self) -> int:
        return self._context_tokens

    def complete(
        self,
        messages: Sequence[Message],
        *,
        max_tokens: int,
        temperature: float,
        stop: Sequence[str] = (),
        deadline: Deadline,
    ) -> str:
        # Streamed all the same: that way a slow server is cut off at the deadline and not after it.
        return "".join(
            self.stream(
                messages, max_tokens=max_tokens, temperature=temperature, stop=stop, deadline=deadline
            )
        )

    def stream(
        self,
        messages: Sequence[Message],
        *,
        max_tokens: int,
        temperature: float,
        stop: Sequence[str] = (),
        deadline: Deadline,
    ) -> Iterator[str]:
        own = deadline.within(self._timeout)
        body: dict[str, Any] = {
            "model": self._model,
            "messages": [{"role": message.role, "content": message.text} for message in messages],
            "max_tokens": max_tokens,
            "temperature": temperature,
            "stream": True,
        }
        if stop:
            body["stop"] = list(stop)
        left = max_tokens * _CHARS_PER_TOKEN
        for piece in self._pieces(body, own):
            yield piece[:left]
            left -= len(piece)
            if left <= 0:
                return

    def _pieces(self, body: dict[str, Any], deadline: Deadline) -> Iterator[str]:
        if deadline.passed:
            raise LlmTimeout(detail="no time left to ask")
        timeout = httpx.Timeout(min(self._silence, deadline.remaining()), connect=_CONNECT_SECONDS)
        try:
            with self._client.stream("POST", "chat/completions", json=body, timeout=timeout) as response:
                if response.status_code != 200:
                    raise LlmUnavailable(detail=f"status {response.status_code}")
                yield from _content(_lines(response.iter_bytes(), deadline))
        except httpx.TimeoutException as error:
            raise LlmTimeout(detail=repr(error)) from error
        except (httpx.HTTPError, httpx.InvalidURL, httpx.StreamError) as error:
            raise LlmUnavailable(detail=repr(error)) from error


def _lines(parts: Iterator[bytes], deadline: Deadline) -> Iterator[bytes]:
    """Whole lines out of parts that may be cut anywhere, also inside a character."""
    buffer = b""
    for part in parts:
        if deadline.passed:
            raise LlmTimeout(detail="the answer took too long")
        *whole, buffer = (buffer + part).split(b"\n")
        yield from whole
        if len(buffer) > _MAX_LINE_BYTES:
            raise LlmUnavailable(detail="a line without end")
    yield buffer


def _content(lines: Iterator[bytes]) -> Iterator[str]:
    """The texts of a stream of chunks. Raises LlmUnavailable if it is no such stream, or is cut."""
    finished = False
    for line in lines:
        if not line.startswith(b"data:"):
            continue  # comments, event names, blank lines
        data = line.removeprefix(b"data:").strip()
        if data == b"[DONE]":
            return
        try:
            chunk = json.loads(data)
            choices = chunk["choices"]
            text = choices[0]["delta"].get("content") if choices else None
            finished = finished or bool(choices and choices[0].get("finish_reason"))
        except (ValueError, KeyError, TypeError, IndexError, AttributeError, RecursionError) as error:
            raise LlmUnavailable(detail=f"not a chunk of a chat completion: {error!r}") from error
        if isinstance(text, str) and text:
            yield text
    if not finished:
        raise LlmUnavailable(detail="the stream was cut")
