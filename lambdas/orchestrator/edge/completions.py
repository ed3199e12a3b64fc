"""An answer in OpenAI's shapes: one completion, or chunks of server-sent events."""

import json
import time
from collections.abc import AsyncGenerator, Mapping, Sequence
from contextlib import aclosing
from dataclasses import dataclass, field
from typing import Any

from anyio import CancelScope
from starlette.responses import StreamingResponse
from starlette.types import Receive, Scope, Send

from orchestrator.edge.answering import Event, Waiting
from orchestrator.edge.api_models import (
    MODEL_ID,
    AnswerMessage,
    ChatCompletion,
    Choice,
    Recommendation,
    Usage,
)
from orchestrator.edge.markdown import DollarEscaper
from orchestrator.events import Recommended, Text
from orchestrator.messages import Message
from orchestrator.settings import Settings

_SSE_HEADERS = {"Cache-Control": "no-store", "X-Accel-Buffering": "no"}


@dataclass(frozen=True)
class Frame:
    """What all parts of one answer share."""

    settings: Settings
    request_id: str
    prompt: Sequence[Message]
    created: int = field(default_factory=lambda: int(time.time()))

    @property
    def id(self) -> str:
        return f"chatcmpl-{self.request_id}"

    def recommendations(self, event: Recommended) -> list[Recommendation]:
        return [
            Recommendation.of(hit, self.settings.product_url(hit.product.product_id)) for hit in event.hits
        ]

    def usage(self, answer_chars: int) -> Usage:
        asked = sum(len(message.text) for message in self.prompt) // 4 + 1
        answered = answer_chars // 4 + 1
        return Usage(prompt_tokens=asked, completion_tokens=answered, total_tokens=asked + answered)


class EventStream(StreamingResponse):
    """Server-sent events. Its source is closed at once when the client goes: left to the garbage collector,
    the answer would go on existing, with its connection to the LLM, for nobody knows how long."""

    def __init__(self, source: AsyncGenerator[str], headers: Mapping[str, str]) -> None:
        super().__init__(source, media_type="text/event-stream", headers={**_SSE_HEADERS, **headers})
        self._source = source

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        try:
            await super().__call__(scope, receive, send)
        finally:
            with CancelScope(shield=True):
                await self._source.aclose()


async def completion(events: AsyncGenerator[Event | Waiting], frame: Frame) -> ChatCompletion:
    escaper = DollarEscaper()
    pieces: list[str] = []
    recommendations: list[Recommendation] = []
    async for event in events:
        if isinstance(event, Recommended):
            recommendations = frame.recommendations(event)
        elif isinstance(event, Text):
            pieces.append(escaper.escape(event.text))
    text = "".join(pieces)
    return ChatCompletion(
        id=frame.id,
        created=frame.created,
        choices=[Choice(message=AnswerMessage(content=text))],
        usage=frame.usage(len(text)),
        recommendations=recommendations,
    )


async def server_sent(
    events: AsyncGenerator[Event | Waiting], frame: Frame, *, include_usage: bool
) -> AsyncGenerator[str]:
    """Role at once, then the recommendations, then text, then `stop` and `[DONE]`."""
    escaper = DollarEscaper()
    length = 0
    yield _chunk(frame, {"role": "assistant", "content": ""})
    async with aclosing(events):
        async for event in events:
            if isinstance(event, Waiting):
                yield ": still working\n\n"
            elif isinstance(event, Recommended):
                products = [item.model_dump(mode="json") for item in frame.recommendations(event)]
                yield _chunk(frame, {}, recommendations=products)
            else:
                text = escaper.escape(event.text)
                length += len(text)
                yield _chunk(frame, {"content": text})
    yield _chunk(frame, {}, finish_reason="stop")
    if include_usage:
        yield _data(frame, choices=[], usage=frame.usage(length).model_dump())
    yield "data: [DONE]\n\n"


def _chunk(frame: Frame, delta: dict[str, str], finish_reason: str | None = None, **extra: Any) -> str:
    choice = {"index": 0, "delta": delta, "logprobs": None, "finish_reason": finish_reason}
    return _data(frame, choices=[choice], **extra)


def _data(frame: Frame, **fields: Any) -> str:
    chunk = {
        "id": frame.id,
        "object": "chat.completion.chunk",
        "created": frame.created,
        "model": MODEL_ID,
        **fields,
    }
    return f"data: {json.dumps(chunk, ensure_ascii=False, separators=(',', ':'))}\n\n"
