"""In which form a model is asked and answers, apart from what carries it: OpenAI's `messages`, or the
`inputs` and `parameters` of SageMaker's text generation containers (llama2.py)."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from orchestrator.errors import LlmUnavailable
from orchestrator.messages import Message

MALFORMED = (KeyError, TypeError, IndexError, AttributeError, ValueError)
"""What reading a value of another shape raises."""


@dataclass(frozen=True)
class Piece:
    """What one value of an answer says."""

    text: str = ""
    last: bool = False
    """The model has ended its answer; without one the stream was cut."""
    tokens_in: int = 0
    tokens_out: int = 0


class Codec(Protocol):
    """Its readers raise LlmUnavailable for whatever is no answer."""

    def request(
        self,
        messages: Sequence[Message],
        *,
        max_tokens: int,
        temperature: float,
        stop: Sequence[str],
        stream: bool,
    ) -> dict[str, Any]:
        """The body of a request. `messages`: at most one of the system, at the beginning."""

    def piece(self, value: Any, *, first: bool) -> Piece:
        """From one value of a stream; `first` until there was text."""

    def whole(self, value: Any) -> Piece:
        """From an answer that is not streamed."""


class MessagesCodec:
    """OpenAI's chat completions; vLLM, LMI, Ollama and llama.cpp speak them too. The server applies the
    model's template."""

    def __init__(self, *, model: str = "", ask_usage: bool = False) -> None:
        """`ask_usage`: have streams end in the number of tokens. Some servers refuse fields that they do
        not know, so only those are asked that are known to take it."""
        self._model = model
        self._ask_usage = ask_usage

    def request(
        self,
        messages: Sequence[Message],
        *,
        max_tokens: int,
        temperature: float,
        stop: Sequence[str],
        stream: bool,
    ) -> dict[str, Any]:
        body: dict[str, Any] = {
            "messages": [{"role": turn.role, "content": turn.text} for turn in alternating(messages)],
            "max_tokens": max_tokens,
            "temperature": temperature,
            "stream": stream,
        }
        if self._model:
            body["model"] = self._model
        if stop:
            body["stop"] = list(stop)
        if stream and self._ask_usage:
            body["stream_options"] = {"include_usage": True}
        return body

    def piece(self, value: Any, *, first: bool) -> Piece:
        return self._read(value, "delta")

    def whole(self, value: Any) -> Piece:
        return self._read(value, "message")

    def _read(self, value: Any, holder: str) -> Piece:
        try:
            choices, usage = value["choices"], value.get("usage") or {}
            choice = choices[0] if choices else {holder: {}}
            text = choice[holder].get("content")
            reason = choice.get("finish_reason")
            tokens = (int(usage.get("prompt_tokens", 0)), int(usage.get("completion_tokens", 0)))
        except MALFORMED as error:
            raise LlmUnavailable(detail=f"not of a chat completion: {error!r:.200}") from error
        if reason in ("error", "abort"):
            raise LlmUnavailable(detail=f"the model ended with {reason}")
        return Piece(text if isinstance(text, str) else "", bool(reason), *tokens)


def alternating(messages: Sequence[Message]) -> list[Message]:
    """The same conversation as chat templates want it: after the system's message shopper and assistant in
    turn, the shopper first. Neighbours of one role become one message."""
    turns: list[Message] = []
    for message in messages:
        if message.role == "assistant" and not any(turn.role == "user" for turn in turns):
            continue
        if turns and turns[-1].role == message.role:
            turns[-1] = Message(message.role, f"{turns[-1].text}\n{message.text}")
        else:
            turns.append(message)
    return turns
