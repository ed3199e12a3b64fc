"""An LLM behind any server that speaks OpenAI's chat completions: OpenAI, Ollama, llama.cpp, vLLM."""

from collections.abc import Generator, Iterator, Sequence
from contextlib import closing
from typing import Any

import httpx2 as httpx
from pydantic import SecretStr

from orchestrator.deadline import Deadline
from orchestrator.errors import LlmBusy, LlmTimeout, LlmUnavailable
from orchestrator.llm.codec import MessagesCodec
from orchestrator.llm.protocol import Usage
from orchestrator.llm.tokens import TokenCounter, estimate
from orchestrator.llm.wire import texts
from orchestrator.messages import Message

_CONNECT_SECONDS = 3.0


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
        count: TokenCounter = estimate,
    ) -> None:
        headers = {"Authorization": f"Bearer {api_key.get_secret_value()}"} if api_key else {}
        self._client = httpx.Client(base_url=base_url, headers=headers)
        self._codec = MessagesCodec(model=model)
        self._timeout = timeout_seconds
        self._silence = silence_seconds
        self._context_tokens = context_tokens
        self._count = count

    @property
    def context_tokens(self) -> int:
        return self._context_tokens

    def count(self, text: str) -> int:
        return self._count(text)

    def complete(
        self,
        messages: Sequence[Message],
        *,
        max_tokens: int,
        temperature: float,
        stop: Sequence[str] = (),
        deadline: Deadline,
        usage: Usage | None = None,
    ) -> str:
        # Streamed all the same: that way a slow server is cut off at the deadline and not after it.
        return "".join(
            self.stream(
                messages,
                max_tokens=max_tokens,
                temperature=temperature,
                stop=stop,
                deadline=deadline,
                usage=usage,
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
        usage: Usage | None = None,
    ) -> Iterator[str]:
        own = deadline.within(self._timeout)
        if own.passed:
            raise LlmTimeout(detail="no time left to ask")
        body = self._codec.request(
            messages, max_tokens=max_tokens, temperature=temperature, stop=stop, stream=True
        )
        with closing(self._parts(body, own)) as parts:
            yield from texts(parts, self._codec, own, max_tokens=max_tokens, usage=usage)

    def _parts(self, body: dict[str, Any], deadline: Deadline) -> Generator[bytes, None, None]:
        timeout = httpx.Timeout(min(self._silence, deadline.remaining()), connect=_CONNECT_SECONDS)
        try:
            with self._client.stream("POST", "chat/completions", json=body, timeout=timeout) as response:
                if response.status_code == 429:
                    raise LlmBusy(detail="status 429")
                if response.status_code != 200:
                    raise LlmUnavailable(detail=f"status {response.status_code}")
                yield from response.iter_bytes()
        except httpx.TimeoutException as error:
            raise LlmTimeout(detail=repr(error)) from error
        except (httpx.HTTPError, httpx.InvalidURL, httpx.StreamError) as error:
            raise LlmUnavailable(detail=repr(error)) from error
